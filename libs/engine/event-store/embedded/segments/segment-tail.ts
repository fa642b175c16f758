import type { Damage } from '../damage.js';
import { agreedLength } from '../record.js';
import { RECORD_HEADER_BYTES } from '../record-layout.js';
import type { StoredEvent } from '../stored-event.js';
import type { Segment } from './segment.js';
import { SegmentCursor } from './segment-cursor.js';

/** Disks write this many bytes atomically. */
const SECTOR_BYTES = 512;

/** The size of a read when unwritten space is searched. */
const LOOK_BYTES = 1_048_576;

/** A record, and its offset in its segment. */
export interface FoundRecord {
  readonly event: StoredEvent;
  readonly offset: number;
  readonly endsGroup: boolean;
}

/** The content of the rest of a segment. */
export interface SegmentTail {
  /** The offset at which the last complete group ends. */
  readonly end: number;
  /** The position after the last event. */
  readonly next: number;
  /** Bytes of an incomplete group after the end, whose appends were never answered. */
  readonly tornBytes: number;
  readonly damages: readonly Damage[];
}

interface OpenGroup {
  readonly start: number;
  readonly position: number;
  records: FoundRecord[];
  damages: Damage[];
}

/**
 * Reads a segment from a record to its end, group by group.
 *
 * A group is written with one call, after the previous one is on disk. So only the last group can be unanswered, and
 * only parts of it can be missing: its end, or whole sectors, which then read as zeros. Such a group is torn and is
 * ignored. All other bytes without an intact record are damages of answered appends.
 *
 * @param take gets the records of each complete group, and the intact records of a damaged one
 */
export function readTail(
  segment: Segment,
  from: { readonly offset: number; readonly position: number },
  take: (records: readonly FoundRecord[]) => void,
): SegmentTail {
  const cursor = new SegmentCursor(segment, from.offset, from.position);
  const damages: Damage[] = [];
  const settle = (group: OpenGroup) => {
    damages.push(...group.damages);
    take(group.records);
  };
  let group: OpenGroup = { start: from.offset, position: from.position, records: [], damages: [] };
  /** A damaged group whose end has been read: a record after it proves that it was on disk. */
  let doubtful: OpenGroup | undefined;
  for (let found = cursor.next(); found !== 'end'; found = cursor.next()) {
    if (found === 'damage') {
      group.damages.push(damageAt(cursor));
      continue;
    }
    if (doubtful !== undefined) settle(doubtful);
    doubtful = undefined;
    const { endsGroup, offset } = cursor;
    group.records.push({ event: cursor.event(), offset, endsGroup });
    if (!endsGroup) continue;
    if (group.damages.length > 0) doubtful = group;
    else take(group.records);
    group = { start: offset + cursor.length, position: cursor.position + 1, records: [], damages: [] };
  }
  return endOf(segment, cursor, [doubtful, group], damages, settle);
}

/** Decides whether the last groups are torn or damaged. */
function endOf(
  segment: Segment,
  cursor: SegmentCursor,
  [doubtful, last]: readonly [OpenGroup | undefined, OpenGroup],
  damages: readonly Damage[],
  settle: (group: OpenGroup) => void,
): SegmentTail {
  const written = writtenEnd(segment, last.start);
  const lastIsTorn = isTorn(segment, last);
  if (doubtful !== undefined) {
    if (lastIsTorn && written === last.start && isTorn(segment, doubtful)) {
      return { end: doubtful.start, next: doubtful.position, tornBytes: written - doubtful.start, damages };
    }
    settle(doubtful);
  }
  if (lastIsTorn) return { end: last.start, next: last.position, tornBytes: written - last.start, damages };
  settle(last);
  const isOpenEnded = last.damages.at(-1)?.events === undefined;
  return { end: segment.end, next: cursor.position + (isOpenEnded ? 2 : 1), tornBytes: 0, damages };
}

/** Whether all missing parts of a group were never written. */
function isTorn(segment: Segment, { damages }: OpenGroup): boolean {
  return damages.every(({ offset, end }) => isUnwritten(segment, offset, end));
}

/** Whether a part of a segment is a record, or a piece of one, with parts that were never written. */
function isUnwritten(segment: Segment, from: number, end: number): boolean {
  const written = writtenEnd(segment, from, end);
  if (written < from + RECORD_HEADER_BYTES) return end === segment.end;
  const length = agreedLength(segment.read(from, RECORD_HEADER_BYTES), 0);
  if (length > 0 && end === segment.end && written < from + length) return true;
  return hasEmptySector(segment, from, written);
}

/** The offset after the last byte that is not zero. */
function writtenEnd(segment: Segment, from: number, end = segment.end): number {
  for (let stop = end; stop > from; ) {
    const start = Math.max(from, stop - LOOK_BYTES);
    const bytes = segment.read(start, stop - start);
    for (let at = bytes.length - 1; at >= 0; at -= 1) if (bytes[at] !== 0) return start + at + 1;
    stop = start;
  }
  return from;
}

function hasEmptySector(segment: Segment, from: number, end: number): boolean {
  const nothing = Buffer.alloc(SECTOR_BYTES);
  const first = Math.ceil(from / SECTOR_BYTES) * SECTOR_BYTES;
  for (let sector = first; sector + SECTOR_BYTES <= end; sector += SECTOR_BYTES) {
    if (segment.read(sector, SECTOR_BYTES).equals(nothing)) return true;
  }
  return false;
}

/** The damage at which a cursor is. */
export function damageAt(cursor: SegmentCursor): Damage {
  const { segment, offset, length, fault, lost, position } = cursor;
  const first = lost === undefined ? position + 1 : position + 1 - lost;
  return { segment: segment.name, offset, end: offset + length, position: first, events: lost, fault };
}
