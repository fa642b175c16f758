import { DamagedLogError } from './damage.js';
import type { Location } from './index/entry.js';
import { placeSeed } from './place-seed.js';
import { agreedLength, isIntact, positionIn } from './record.js';
import { RECORD_HEADER_BYTES } from './record-layout.js';
import type { Segment } from './segments/segment.js';
import type { Segments } from './segments/segments.js';
import { StoredEvent } from './stored-event.js';

/** The size of the first read: most streams are short, and the events of one append are adjacent. */
const FIRST_WINDOW_BYTES = 2_048;
const MAX_WINDOW_BYTES = 65_536;

/**
 * Reads single records at known locations. Keeps the last bytes read for the next record, and reads more at once while
 * records lie close behind each other.
 */
export class RecordReader {
  #segment: Segment | undefined;
  #start = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowBytes = FIRST_WINDOW_BYTES;

  constructor(private readonly segments: Segments) {}

  /**
   * Reads an event.
   *
   * @param stream of the event, for the error
   * @throws DamagedLogError the record is damaged
   */
  event({ position, offset }: Location, stream?: string): StoredEvent {
    const segment = this.segments.of(position);
    const length = this.#lengthAt(segment, position, offset);
    if (length !== undefined) {
      this.#show(segment, offset, length);
      const at = offset - this.#start;
      if (isIntact(this.#window, at, length, placeSeed(segment.firstPosition, offset))) {
        return new StoredEvent(BigInt(position), this.#window, at, at + length);
      }
    }
    const isBehindEnd = offset >= segment.end;
    const end = isBehindEnd ? offset : Math.min(segment.end, offset + (length ?? RECORD_HEADER_BYTES));
    const fault = isBehindEnd ? 'the segment ends before the record' : 'the record is not what was written';
    const damage = { segment: segment.name, offset, end, position, events: 1, stream, fault };
    throw new DamagedLogError(this.segments.folder, damage);
  }

  #lengthAt(segment: Segment, position: number, offset: number): number | undefined {
    if (offset + RECORD_HEADER_BYTES > segment.end) return undefined;
    this.#show(segment, offset, RECORD_HEADER_BYTES);
    const at = offset - this.#start;
    const length = agreedLength(this.#window, at);
    const isThere = length > 0 && offset + length <= segment.end && positionIn(this.#window, at) === position;
    return isThere ? length : undefined;
  }

  #show(segment: Segment, offset: number, length: number): void {
    const at = offset - this.#start;
    if (segment === this.#segment && at >= 0 && at + length <= this.#window.length) return;
    const isCloseBehind = segment === this.#segment && at >= 0 && at < this.#window.length + this.#windowBytes;
    this.#windowBytes = isCloseBehind ? Math.min(2 * this.#windowBytes, MAX_WINDOW_BYTES) : FIRST_WINDOW_BYTES;
    this.#window = segment.read(offset, Math.min(Math.max(length, this.#windowBytes), segment.end - offset));
    this.#segment = segment;
    this.#start = offset;
  }
}
