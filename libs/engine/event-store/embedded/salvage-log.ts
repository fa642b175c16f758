import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Damage } from './damage.js';
import { LogFiller, type PlacedEvent } from './log-filler.js';
import { SUBSCRIPTIONS_FILE } from './log-location.js';
import { recordedBytes } from './recorded-bytes.js';
import { findSegments } from './segments/find-segments.js';
import { missingBetween } from './segments/missing-between.js';
import { SEGMENT_HEADER_BYTES } from './segments/segment-header.js';
import { type FoundRecord, readTail } from './segments/segment-tail.js';
import type { TellEvents } from './verify-log.js';

/** The result of a salvage: the copied events and the damages. */
export interface Salvage {
  /** The number of events in the new log. */
  readonly events: number;
  readonly damages: readonly Damage[];
  /** Bytes of an incomplete group, whose appends were never answered. */
  readonly tornBytes: number;
  /** The groups of persistent subscriptions have been copied: positions are the same in both logs. */
  readonly hasGroups: boolean;
}

/**
 * Copies every intact record of a log into a new log. Events keep their ids, streams, revisions and times; after lost
 * events, positions are lower, and a stream may lack a revision. The new log has another identity, because positions of
 * the old one are not valid in it.
 *
 * @param from folder of a log, which is not changed
 * @param to folder of the new log, which must not exist
 */
export async function salvageLog(from: string, to: string, tell: TellEvents = () => undefined): Promise<Salvage> {
  const { segments, damages: headers } = await findSegments({ folder: from, readOnly: true }, 'taken');
  await mkdir(to, { mode: 0o700 });
  const copy = await LogFiller.open(to);
  const damages: Damage[] = [...headers];
  let tornBytes = 0;
  try {
    for (const segment of segments.all) {
      const found: FoundRecord[] = [];
      const start = { offset: SEGMENT_HEADER_BYTES, position: segment.firstPosition };
      const tail = readTail(segment, start, (records) => found.push(...records));
      await copy.write(placed(found));
      tell(copy.events);
      const following = segments.after(segment);
      const missing = following && missingBetween(segment, tail, following);
      damages.push(...tail.damages, ...(missing === undefined ? [] : [missing]));
      if (following === undefined) tornBytes = tail.tornBytes;
    }
    const hasGroups = damages.length === 0 && existsSync(join(from, SUBSCRIPTIONS_FILE));
    if (hasGroups) await copyFile(join(from, SUBSCRIPTIONS_FILE), join(to, SUBSCRIPTIONS_FILE));
    return { events: copy.events, damages, tornBytes, hasGroups };
  } finally {
    await copy.close();
    segments.close();
  }
}

function* placed(records: readonly FoundRecord[]): Generator<PlacedEvent> {
  for (const { event } of records) yield { ...recordedBytes(event), isFindable: event.isFindable };
}
