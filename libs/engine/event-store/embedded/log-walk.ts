import type { Damage } from './damage.js';
import type { Mark } from './index/recent-index.js';
import { SegmentCursor } from './segments/segment-cursor.js';
import { SEGMENT_HEADER_BYTES } from './segments/segment-header.js';
import type { Segments } from './segments/segments.js';
import type { StoredEvent } from './stored-event.js';

/** Iterates over the records of all segments. */
export class LogWalk {
  #cursor: SegmentCursor;

  /**
   * @param mark the start of a known record at or before the position
   * @param position to walk to
   */
  constructor(
    private readonly segments: Segments,
    mark: Mark | undefined,
    position: number,
  ) {
    const segment = segments.of(position);
    const isInSegment = mark !== undefined && mark.position >= segment.firstPosition;
    this.#cursor = isInSegment
      ? new SegmentCursor(segment, mark.offset, mark.position)
      : new SegmentCursor(segment, SEGMENT_HEADER_BYTES, segment.firstPosition);
  }

  /** The position of the current record; after a damage, the position of the last lost event. */
  get position(): number {
    return this.#cursor.position;
  }

  /** The offset of the record in its segment, and its length, in bytes. */
  get offset(): number {
    return this.#cursor.offset;
  }

  get length(): number {
    return this.#cursor.length;
  }

  /** The event in the record. */
  event(): StoredEvent {
    return this.#cursor.event();
  }

  /**
   * Moves to the next record, which must exist.
   *
   * @param verify false: skips the checksum, because the record is not read
   * @returns the damage in its place, if there is one
   */
  next(verify: boolean): Damage | undefined {
    const found = this.#cursor.next(verify);
    if (found === 'record') return undefined;
    const { segment, offset, length, position, lost, fault } = this.#cursor;
    const next = this.segments.after(segment);
    if (found === 'damage' && lost !== undefined) {
      return {
        segment: segment.name,
        offset,
        end: offset + length,
        position: position - lost + 1,
        events: lost,
        fault,
      };
    }
    if (found === 'end' && next?.firstPosition === position + 1) {
      this.#cursor = new SegmentCursor(next, SEGMENT_HEADER_BYTES, next.firstPosition);
      return this.next(verify);
    }
    const events = next && next.firstPosition - position - 1;
    this.#cursor =
      next === undefined
        ? new SegmentCursor(segment, segment.end, Number.MAX_SAFE_INTEGER)
        : new SegmentCursor(next, SEGMENT_HEADER_BYTES, next.firstPosition);
    const what = found === 'end' ? 'it ends before the next segment begins' : fault;
    const end = Math.max(offset, segment.end);
    return { segment: segment.name, offset, end, position: position + 1, events, fault: what };
  }
}
