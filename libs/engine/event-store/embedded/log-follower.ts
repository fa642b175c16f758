import { DamagedLogError } from './damage.js';
import { findSegments } from './segments/find-segments.js';
import type { Segment } from './segments/segment.js';
import { SegmentCursor } from './segments/segment-cursor.js';
import { SEGMENT_HEADER_BYTES } from './segments/segment-header.js';
import { damageAt } from './segments/segment-tail.js';
import type { Segments } from './segments/segments.js';
import type { StoredEvent } from './stored-event.js';

/**
 * Reads a log in order of position, from its files alone and without changing them: in another thread or process than
 * the one that writes it.
 */
export class LogFollower {
  #segments: Segments | undefined;
  #cursor: SegmentCursor | undefined;

  /** @param folder of the log */
  constructor(private readonly folder: string) {}

  /**
   * The events after the last one that was read, up to a position or the end of the log; read as they are iterated over.
   * What was written after a call is read by the next one.
   *
   * @param upTo the newest position that is on disk; undefined: nobody writes, or its last group may be read before it is on disk
   * @throws DamagedLogError a record is damaged
   * @throws EventStoreUnavailableError there is no log
   */
  async events(upTo?: bigint): Promise<Iterable<StoredEvent>> {
    const segments = (await findSegments({ folder: this.folder, readOnly: true })).segments;
    this.#segments?.close();
    this.#segments = segments;
    return this.#read(segments, upTo === undefined ? Number.POSITIVE_INFINITY : Number(upTo));
  }

  *#read(segments: Segments, last: number): Generator<StoredEvent> {
    let cursor = this.#resumed(segments);
    let following = segments.after(cursor.segment);
    while (cursor.position < last) {
      if (isAtEnd(cursor, following)) {
        if (following?.firstPosition !== cursor.position + 1) break;
        cursor = new SegmentCursor(following, SEGMENT_HEADER_BYTES, following.firstPosition);
        this.#cursor = cursor;
        following = segments.after(cursor.segment);
        continue;
      }
      if (cursor.next() !== 'record') throw new DamagedLogError(this.folder, damageAt(cursor));
      yield cursor.event();
    }
  }

  /** The position of the last event that was read. */
  get position(): bigint {
    return BigInt(this.#cursor?.position ?? -1);
  }

  close(): void {
    this.#segments?.close();
  }

  /** A cursor where the last read ended: files have grown since, and others may have come. */
  #resumed(segments: Segments): SegmentCursor {
    const before = this.#cursor;
    const segment = segments.of(before?.segment.firstPosition ?? 0);
    const cursor =
      before === undefined
        ? new SegmentCursor(segment, SEGMENT_HEADER_BYTES, segment.firstPosition)
        : new SegmentCursor(segment, before.offset + before.length, before.position + 1);
    this.#cursor = cursor;
    return cursor;
  }
}

/** Whether no record follows in the segment: the file ends, or was reserved for records to come. */
function isAtEnd(cursor: SegmentCursor, following: Segment | undefined): boolean {
  if (cursor.offset + cursor.length >= cursor.segment.end) return true;
  if (following !== undefined) return following.firstPosition === cursor.position + 1;
  return !cursor.precedesHeader();
}
