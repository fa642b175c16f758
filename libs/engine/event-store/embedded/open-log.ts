import { closeSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { Damage } from './damage.js';
import { type FindPlace, withStream } from './damaged-stream.js';
import { fillGaps } from './fill-gaps.js';
import { EVENTS_PER_RUN, LogIndex, MAX_UNWRITTEN_RUNS } from './index/log-index.js';
import type { Mark } from './index/recent-index.js';
import { openRuns } from './index/run-files.js';
import { indexedEvent } from './indexed-event.js';
import { INDEX_FOLDER, type LogLocation } from './log-location.js';
import { findSegments } from './segments/find-segments.js';
import { missingBetween } from './segments/missing-between.js';
import type { Segment } from './segments/segment.js';
import { SegmentCursor } from './segments/segment-cursor.js';
import { SEGMENT_HEADER_BYTES } from './segments/segment-header.js';
import { type FoundRecord, readTail, type SegmentTail } from './segments/segment-tail.js';
import type { Segments } from './segments/segments.js';

/** The resident memory of the index of one event, measured with 2,000,000 events of 1,000,000 streams. */
const ENTRY_MEMORY_BYTES = 310;

/** An opened log, whose index is complete. */
export interface OpenedLog {
  readonly segments: Segments;
  readonly index: LogIndex;
  /** The damages that were found in the part that was not indexed, and in the headers. */
  readonly damages: readonly Damage[];
  /** The damages whose streams the index does not know. */
  readonly unknown: readonly Damage[];
  /** The reason to refuse appends: lost events are not recognized, and would be written a second time. */
  readonly unappendable: Damage | undefined;
}

/** The options with which a log is opened, apart from its location. */
export interface OpenOptions {
  readonly log?: Pick<Log, 'info' | 'warn' | 'error'> | undefined;
  readonly eventsPerRun?: number | undefined;
  readonly maxSegmentBytes?: number | undefined;
}

/**
 * Opens the files of a log: indexes the events that are not in the index yet, and cuts off an incomplete group, whose
 * appends were never answered.
 *
 * @throws EventStoreUnavailableError the log cannot be opened: the message says why and what to do
 */
export async function openLog(location: LogLocation, options: OpenOptions = {}): Promise<OpenedLog> {
  const { log, eventsPerRun = EVENTS_PER_RUN } = options;
  const { segments, damages: headers } = await findSegments(location);
  const { readOnly } = location;
  const { index, damages: inGaps } = await openIndex(location, segments, { log, eventsPerRun });
  const { tail, unknown: behind, known, lostEnd } = await readUnindexed(segments, index);
  const unknown = [...inGaps, ...behind];
  const { last } = segments;
  if (tail.tornBytes > 0) {
    const fields = { segment: last.name, offset: tail.end, bytes: tail.tornBytes };
    log?.warn(fields, 'the last group of the event log was not written to its end, and never answered: it is cut off');
  }
  if (readOnly && index.unwritten > eventsPerRun) warnOfMemory(index.unwritten, log);
  const unappendable = unknown[0] ?? lostEnd;
  if (!readOnly && unappendable === undefined && last.end > tail.end) cutOff(last, tail.end);
  last.end = tail.end;
  const find: FindPlace = (key, revision) => index.from(key, revision, 1)[0];
  const named = [...lostEnds(segments, index), ...known].map((damage) => withStream(damage, segments, find));
  const damages = [...headers, ...named, ...unknown, ...(lostEnd === undefined ? [] : [lostEnd])];
  return { segments, index, damages, unknown, unappendable };
}

/** Opens the index, and builds what is missing between its runs; what is missing behind them is not in it yet. */
async function openIndex(
  { folder: log, readOnly }: LogLocation,
  segments: Segments,
  options: { readonly log: OpenOptions['log']; readonly eventsPerRun: number },
): Promise<{ readonly index: LogIndex; readonly damages: readonly Damage[] }> {
  const { eventsPerRun } = options;
  const { identity } = segments;
  const folder = join(log, INDEX_FOLDER);
  const found = openRuns(folder, identity, readOnly);
  for (const file of found.damaged) options.log?.warn({ file }, 'a part of the index was damaged: it is built again');
  const maxEventsInMemory = eventsPerRun * MAX_UNWRITTEN_RUNS;
  const { runs, damages } = await fillGaps({ folder, segments, maxEventsInMemory }, found);
  return { index: new LogIndex({ folder, identity, readOnly, eventsPerRun, runs }), damages };
}

interface Unindexed {
  readonly tail: SegmentTail;
  readonly known: readonly Damage[];
  readonly unknown: readonly Damage[];
  readonly lostEnd: Damage | undefined;
}

/** Reads the log from the last mark of the index. */
async function readUnindexed(segments: Segments, index: LogIndex): Promise<Unindexed> {
  const { checkpoint } = index;
  const take = (records: readonly FoundRecord[]) => {
    for (const { event, offset } of records) if (event.position > checkpoint) index.add(indexedEvent(event, offset));
  };
  const found: Damage[] = [];
  const first = segments.of(Math.max(0, checkpoint));
  let tail = readTail(first, startIn(first, index.markBefore(checkpoint)), take);
  found.push(...tail.damages);
  for (let segment = first, next = segments.after(first); next !== undefined; next = segments.after(segment)) {
    const missing = missingBetween(segment, tail, next);
    if (missing !== undefined) found.push(missing);
    await index.writeBehind();
    segment = next;
    tail = readTail(segment, { offset: SEGMENT_HEADER_BYTES, position: segment.firstPosition }, take);
    found.push(...tail.damages);
  }
  const isKnown = ({ position, events }: Damage) => events !== undefined && position + events - 1 <= checkpoint;
  const unknown = found.filter((damage) => !isKnown(damage));
  if (unknown.length > 0) index.lost(tail.next - 1);
  return { tail, unknown, known: found.filter(isKnown), lostEnd: endBefore(checkpoint, tail, segments.last) };
}

/**
 * What is missing between segments of the part that is indexed: the end of one, or whole ones. Reads the few records
 * behind the last mark of each segment, so that this is reported at the start, and not when an event of it is asked for.
 */
function lostEnds(segments: Segments, index: LogIndex): readonly Damage[] {
  return segments.all.flatMap((segment, at) => {
    const following = segments.all[at + 1];
    if (following === undefined || following.firstPosition > index.checkpoint) return [];
    const tail = readTail(segment, startIn(segment, index.markBefore(following.firstPosition - 1)), () => undefined);
    segment.release();
    const missing = missingBetween(segment, tail, following);
    return missing === undefined ? tail.damages : [...tail.damages, missing];
  });
}

/** The mark, if it has a record; otherwise the record is lost, and the segment is read from its beginning. */
function startIn(segment: Segment, mark: Mark | undefined): Mark {
  const isHere = mark !== undefined && mark.position >= segment.firstPosition;
  if (isHere && new SegmentCursor(segment, mark.offset, mark.position).next() === 'record') return mark;
  return { offset: SEGMENT_HEADER_BYTES, position: segment.firstPosition };
}

/** The events that are in the index, but missing at the end of the log. */
function endBefore(checkpoint: number, { end, next }: SegmentTail, last: Segment): Damage | undefined {
  if (next > checkpoint) return undefined;
  const fault = `the log has lost its end: its index knows events up to position ${checkpoint}`;
  return { segment: last.name, offset: end, end: last.end, position: next, events: checkpoint - next + 1, fault };
}

/** A folder that can be written gets them as runs. */
function warnOfMemory(events: number, log: OpenOptions['log']): void {
  const megabytes = Math.ceil((events * ENTRY_MEMORY_BYTES) / 1e6);
  log?.warn(
    { events, megabytes },
    `the event log is read-only and ${events} events are not in its index: their entries take about ${megabytes} MB of memory. Open the data folder once with write permission: then the index is written`,
  );
}

function cutOff(segment: Segment, end: number): void {
  const file = openSync(segment.path, 'r+');
  try {
    ftruncateSync(file, end);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
