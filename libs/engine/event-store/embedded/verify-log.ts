import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { TOMBSTONE_REVISION } from '../port/event-store.js';
import { type Damage, damageText } from './damage.js';
import { withStream } from './damaged-stream.js';
import { IndexCheck } from './index/index-check.js';
import { openRuns } from './index/run-files.js';
import { INDEX_FOLDER } from './log-location.js';
import { findSegments } from './segments/find-segments.js';
import { missingBetween } from './segments/missing-between.js';
import { SEGMENT_HEADER_BYTES } from './segments/segment-header.js';
import { type FoundRecord, readTail } from './segments/segment-tail.js';

/** The content of a log, and its damages. */
export interface LogReport {
  readonly identity: string;
  readonly segments: number;
  readonly bytes: number;
  readonly events: number;
  readonly streams: number;
  /** The newest position; -1 in an empty log. */
  readonly position: number;
  /** Bytes of an incomplete group, whose appends were never answered. The next start cuts it off. */
  readonly tornBytes: number;
  readonly damages: readonly Damage[];
  /** The faults of the index compared with the log. The next start rebuilds damaged runs. */
  readonly indexFaults: readonly string[];
}

/** Called from time to time with the progress of a check. */
export type TellEvents = (events: number) => void;

/** The log is damaged. The message lists the damages. */
export class LogCheckError extends Error {
  override readonly name = 'LogCheckError';
}

/**
 * Reads every record of a log, and compares the index with the records. Changes nothing, so a server may write the log
 * meanwhile; events that it appends during the check are not read.
 *
 * @param folder of the log
 * @throws EventStoreUnavailableError there is no log, or its segments belong to different logs
 */
export async function verifyLog(folder: string, tell: TellEvents = () => undefined): Promise<LogReport> {
  const { identity } = (await findSegments({ folder, readOnly: true }, 'taken')).segments;
  const { runs, damaged } = openRuns(join(folder, INDEX_FOLDER), identity, true);
  try {
    const { segments, damages: headers } = await findSegments({ folder, readOnly: true }, 'taken');
    const check = new IndexCheck(runs);
    const damages: Damage[] = [...headers];
    const counts = { events: 0, streams: 0, bytes: 0 };
    const take = (records: readonly FoundRecord[]) => {
      for (const { event, offset } of records) {
        counts.events += 1;
        const isNew =
          event.revision === 0n || (event.revision === TOMBSTONE_REVISION && !check.hasEvents(event.stream));
        if (isNew) counts.streams += 1;
        check.add(event, offset);
      }
    };
    let [tornBytes, next] = [0, 0];
    for (const segment of segments.all) {
      const tail = readTail(segment, { offset: SEGMENT_HEADER_BYTES, position: segment.firstPosition }, take);
      damages.push(...tail.damages.map((damage) => withStream(damage, segments, check.place)));
      const following = segments.after(segment);
      const missing = following && missingBetween(segment, tail, following);
      if (missing !== undefined) damages.push(missing);
      if (following === undefined) tornBytes = tail.tornBytes;
      next = tail.next;
      counts.bytes += segment.end;
      tell(counts.events);
      await setImmediate();
    }
    const indexFaults = [...damaged.map((file) => `${file} is damaged`), ...check.faults(next - 1, damages)];
    segments.close();
    return { identity, segments: segments.all.length, ...counts, position: next - 1, tornBytes, damages, indexFaults };
  } finally {
    for (const run of runs) run.close();
  }
}

/** Reads every record of a log. @throws LogCheckError it is damaged */
export async function checkLog(folder: string, tell: TellEvents): Promise<LogReport> {
  const report = await verifyLog(folder, tell);
  const faults = [...report.damages.map(damageText), ...report.indexFaults];
  if (faults.length > 0) throw new LogCheckError(`the event log is damaged: ${faults.join('; ')}. ${remedyOf(report)}`);
  return report;
}

/** What an operator can do about the damages. */
export function remedyOf({ damages }: LogReport): string {
  if (damages.length > 0) return 'Restore a back-up, or copy what is whole with "appledger log salvage"';
  return 'The events are whole: start the server again, which builds the index again';
}
