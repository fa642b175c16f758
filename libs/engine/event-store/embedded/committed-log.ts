import { DamagedLogError } from './damage.js';
import { findSegments } from './segments/find-segments.js';
import { missingBetween } from './segments/missing-between.js';
import type { Segment } from './segments/segment.js';
import { SegmentCursor } from './segments/segment-cursor.js';
import { SEGMENT_HEADER_BYTES } from './segments/segment-header.js';
import { readTail } from './segments/segment-tail.js';
import type { Segments } from './segments/segments.js';
import type { StoredEvent } from './stored-event.js';

/**
 * Reads the committed events of a log in order, without its index and without a lock. A server may write the log
 * meanwhile: events that it appends after the log was opened here may be left out, and groups are read as a whole or not
 * at all.
 */
export class CommittedLog {
  readonly #bytes: number;
  #finishedBytes = 0;
  #cursor: SegmentCursor | undefined;

  private constructor(private readonly segments: Segments) {
    this.#bytes = segments.all.reduce((sum, { end }) => sum + end, 0);
  }

  /**
   * Opens a log.
   *
   * @param folder of the log, which is not changed
   * @throws EventStoreUnavailableError there is no log, or its segments belong to different logs
   * @throws DamagedLogError the header of a segment is damaged
   */
  static async open(folder: string): Promise<CommittedLog> {
    const { segments, damages } = await findSegments({ folder, readOnly: true }, 'taken');
    const [damage] = damages;
    if (damage !== undefined) throw new DamagedLogError(folder, damage);
    return new CommittedLog(segments);
  }

  /** Identifies the log. */
  get identity(): string {
    return this.segments.identity;
  }

  /** How much of the log has been read by {@link groups}, from 0 to 1. */
  get readFraction(): number {
    return (this.#finishedBytes + (this.#cursor?.offset ?? 0)) / this.#bytes;
  }

  /**
   * The events, group by group, each checked against its checksum. An incomplete group at the end, whose appends were
   * never answered, is left out.
   *
   * @param from the first position
   * @throws DamagedLogError there is a damaged record at or after it; names the place
   */
  *groups(from = 0): Generator<readonly StoredEvent[]> {
    this.#finishedBytes = 0;
    for (const [index, segment] of this.segments.all.entries()) {
      const following = this.segments.all[index + 1];
      if (following === undefined || following.firstPosition > from) yield* this.#groupsOf(segment, from, following);
      segment.release();
      this.#finishedBytes += segment.end;
      this.#cursor = undefined;
    }
  }

  close(): void {
    for (const segment of this.segments.all) segment.release();
  }

  *#groupsOf(segment: Segment, from: number, following: Segment | undefined): Generator<readonly StoredEvent[]> {
    const cursor = new SegmentCursor(segment, SEGMENT_HEADER_BYTES, segment.firstPosition);
    this.#cursor = cursor;
    let start = { offset: cursor.offset, position: segment.firstPosition };
    let group: StoredEvent[] = [];
    for (let found = cursor.next(start.position >= from); found === 'record'; ) {
      if (cursor.position >= from) group.push(cursor.event());
      if (cursor.endsGroup) {
        if (group.length > 0) yield group;
        group = [];
        start = { offset: cursor.offset + cursor.length, position: cursor.position + 1 };
      }
      found = cursor.next(cursor.position + 1 >= from);
    }
    const tail = readTail(segment, start, () => undefined);
    const damage = tail.damages[0] ?? (following && missingBetween(segment, tail, following));
    if (damage !== undefined) throw new DamagedLogError(this.segments.folder, damage);
  }
}
