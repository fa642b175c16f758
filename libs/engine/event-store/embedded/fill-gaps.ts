import type { Damage } from './damage.js';
import { IndexKey } from './index/entry.js';
import { flushRecent } from './index/flush-recent.js';
import { mergeRuns, removeRuns } from './index/merge-runs.js';
import { RecentIndex } from './index/recent-index.js';
import { Run } from './index/run.js';
import type { FoundRuns, Gap } from './index/run-files.js';
import { indexedEvent } from './indexed-event.js';
import { LogWalk } from './log-walk.js';
import type { Segments } from './segments/segments.js';

/** Where an index is, and the log that it is derived from. */
export interface IndexPlace {
  /** The folder of the index. */
  readonly folder: string;
  readonly segments: Segments;
  /** The most events whose entries are in memory at a time. */
  readonly maxEventsInMemory: number;
}

/** Runs without a gap, and the damages that were found while the missing ones were built. */
export interface WholeRuns {
  readonly runs: readonly Run[];
  readonly damages: readonly Damage[];
}

/**
 * Builds the runs that are missing between others from the events of their positions, and leaves the others as they are.
 *
 * @throws Error a run cannot be written
 */
export async function fillGaps(place: IndexPlace, { runs, gaps }: FoundRuns): Promise<WholeRuns> {
  const whole = [...runs];
  const damages: Damage[] = [];
  for (const gap of gaps) {
    const at = whole.findIndex(({ header }) => header.first > gap.last);
    const filled = await fill(place, gap, whole[at - 1]);
    whole.splice(at, 0, filled.run);
    damages.push(...filled.damages);
  }
  return { runs: whole, damages };
}

/** Builds one run. It is merged from pieces, so the memory that this takes does not grow with the gap. */
async function fill(place: IndexPlace, { first, last }: Gap, before: Run | undefined) {
  const { folder, segments, maxEventsInMemory } = place;
  const { identity } = segments;
  const walk = new LogWalk(segments, before?.markBefore(first), first);
  const pieces: Run[] = [];
  const damages: Damage[] = [];
  let recent = new RecentIndex(first);
  while (recent.last < last) {
    const damage = walk.next(walk.position + 1 >= first);
    if (walk.position < first) continue;
    if (damage === undefined) {
      const event = indexedEvent(walk.event(), walk.offset);
      recent.add(event, IndexKey.ofStream(event.stream));
    } else {
      damages.push(damage);
      recent.last = Math.min(walk.position, last);
    }
    if (recent.last < last && recent.events < maxEventsInMemory) continue;
    const name = await flushRecent(folder, recent, { identity, hasGaps: damages.length > 0 });
    pieces.push(Run.open(folder, name, identity));
    recent = new RecentIndex(recent.last + 1);
  }
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return { run: only, damages };
  const run = await mergeRuns(folder, pieces);
  await removeRuns(pieces);
  return { run, damages };
}
