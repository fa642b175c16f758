import { placeSeed } from '../place-seed.js';
import { agreedLength, hasFlag, isIntact, positionIn } from '../record.js';
import { RECORD_HEADER_BYTES, RecordFlag } from '../record-layout.js';
import { StoredEvent } from '../stored-event.js';
import type { Segment } from './segment.js';

/** The size of a read: large enough that it costs little per event, small enough for memory. */
const WINDOW_BYTES = 131_072;

/** The item at a cursor. `damage`: bytes without an intact record, up to the next one or the segment's end. */
export type Found = 'record' | 'damage' | 'end';

/** Iterates over the records of a segment. */
export class SegmentCursor {
  /** The offset of the current item in the segment, and its length, in bytes. */
  offset: number;
  length = 0;
  /** The position of the current record; after a damage, the position of the last event before the next record. */
  position: number;
  /** The bytes that have been read, and the offset of the current record in them. */
  window: Buffer = Buffer.alloc(0);
  at = 0;
  #windowStart = 0;
  readonly #windowBytes: number;

  /**
   * @param offset of a record, or of the end of the segment
   * @param expected its position
   * @param windowBytes the size of a read
   */
  constructor(
    readonly segment: Segment,
    offset: number,
    expected: number,
    windowBytes = WINDOW_BYTES,
  ) {
    this.offset = offset;
    this.position = expected - 1;
    this.#windowBytes = windowBytes;
  }

  /** The event in the current record. */
  event(): StoredEvent {
    return new StoredEvent(BigInt(this.position), this.window, this.at, this.at + this.length);
  }

  get endsGroup(): boolean {
    return hasFlag(this.window, this.at, RecordFlag.endsGroup);
  }

  /** The fault of the current damage, and the number of lost events; undefined: no intact record follows. */
  fault = '';
  lost: number | undefined;

  /**
   * Moves to the next record.
   *
   * @param verify false: skips the checksum, because the record is not read
   */
  next(verify = true): Found {
    const offset = this.offset + this.length;
    this.offset = offset;
    this.length = 0;
    if (offset >= this.segment.end) return 'end';
    const length = this.#recordAt(offset, this.position + 1, verify);
    if (length === 0) return this.#damage(offset);
    this.length = length;
    this.position += 1;
    return 'record';
  }

  /** Whether the header of a record follows the current item. Afterwards `at` is no longer the offset of the item. */
  precedesHeader(): boolean {
    const offset = this.offset + this.length;
    if (offset + RECORD_HEADER_BYTES > this.segment.end) return false;
    this.#show(offset, RECORD_HEADER_BYTES);
    return agreedLength(this.window, this.at) > 0;
  }

  /** The length of the record at an offset; 0: no intact record has this position. Sets `at` to the offset. */
  #recordAt(offset: number, position: number | undefined, verify: boolean): number {
    const { end, firstPosition } = this.segment;
    if (offset + RECORD_HEADER_BYTES > end) return this.#no('a part of a record is missing');
    this.#show(offset, RECORD_HEADER_BYTES);
    const length = agreedLength(this.window, this.at);
    if (length === 0) return this.#no('it is no record');
    if (offset + length > end) return this.#no('a part of the record is missing');
    const found = positionIn(this.window, this.at);
    if (position !== undefined && found !== position) return this.#no(`it has position ${found}`);
    if (!verify) return length;
    this.#show(offset, length);
    const isWhole = isIntact(this.window, this.at, length, placeSeed(firstPosition, offset));
    return isWhole ? length : this.#no('the record does not have the checksum that was written');
  }

  #no(fault: string): 0 {
    this.fault = fault;
    return 0;
  }

  /** Searches for the next intact record after a damage. Its position tells the number of lost events. */
  #damage(from: number): 'damage' {
    const fault = this.fault;
    const { end } = this.segment;
    this.lost = undefined;
    let offset = from + 1;
    for (; offset < end; offset += 1) {
      if (this.#recordAt(offset, undefined, true) === 0) continue;
      const position = positionIn(this.window, this.at);
      if (position <= this.position) continue;
      this.lost = position - 1 - this.position;
      this.position = position - 1;
      break;
    }
    this.offset = from;
    this.length = Math.min(offset, end) - from;
    if (this.lost === undefined && this.#isOneRecord(from)) {
      this.lost = 1;
      this.position += 1;
    }
    this.fault = fault;
    return 'damage';
  }

  /** Whether the rest of the segment is one record, according to its header. */
  #isOneRecord(offset: number): boolean {
    return this.#recordAt(offset, this.position + 1, false) === this.segment.end - offset;
  }

  /** Reads the window, unless it contains this many bytes from an offset on. */
  #show(offset: number, length: number): void {
    const at = offset - this.#windowStart;
    if (at < 0 || at + length > this.window.length) {
      const wanted = Math.min(Math.max(length, this.#windowBytes), this.segment.end - offset);
      this.window = this.segment.read(offset, wanted);
      this.#windowStart = offset;
    }
    this.at = offset - this.#windowStart;
  }
}
