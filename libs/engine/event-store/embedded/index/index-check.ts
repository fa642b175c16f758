import { checksumOf } from '#libs/engine/runtime/checksum.js';
import type { Damage } from '../damage.js';
import type { StoredEvent } from '../stored-event.js';
import { ENTRY_BYTES, IndexKey, indexRevision, type Location, writeEntry } from './entry.js';
import { MARK_EVENTS } from './recent-index.js';
import type { Run } from './run.js';
import { NO_MARK } from './run-format.js';

/** The content that a run should have according to the log, as sums, because the log has another order. */
interface Expected {
  readonly run: Run;
  entries: number;
  sum: number;
  fault: string | undefined;
  readonly marks: readonly number[];
}

/** Compares the runs of an index with the events of the log, which are added in order of position. */
export class IndexCheck {
  readonly #expected: readonly Expected[];
  #current = 0;
  /** Streams whose first event is after the last run. */
  readonly #newStreams = new Set<string>();

  constructor(runs: readonly Run[]) {
    this.#expected = runs.map((run) => ({ run, entries: 0, sum: 0, fault: undefined, marks: run.marks() }));
  }

  /** The location of an event according to the runs. */
  readonly place = (key: IndexKey, revision: number): Location | undefined => {
    for (const { run } of this.#expected) {
      const [found] = run.from(key.digest, revision, 1);
      if (found?.revision === revision) return found;
    }
    return undefined;
  };

  /** Whether an event with revision 0 of the stream is known. */
  hasEvents(stream: string): boolean {
    if (this.#newStreams.has(stream)) return true;
    return this.place(IndexKey.ofStream(stream), 0) !== undefined;
  }

  /** Compares an event of the log with the runs. */
  add(event: StoredEvent, offset: number): void {
    const position = Number(event.position);
    while ((this.#expected[this.#current]?.run.header.last ?? position) < position) this.#current += 1;
    const expected = this.#expected[this.#current];
    const { stream } = event;
    if (expected === undefined) {
      if (event.revision === 0n) this.#newStreams.add(stream);
      return;
    }
    const location = { revision: indexRevision(event.revision), position, offset };
    count(expected, IndexKey.ofStream(stream), location);
    if (event.isFindable) count(expected, IndexKey.ofId(stream, event.id), location);
    if (position % MARK_EVENTS === 0) checkMark(expected, position, offset);
  }

  /**
   * The faults of runs that differ from the log. A run with entries of damaged records cannot be compared as a whole.
   *
   * @param last the newest position of the log
   * @param damages of the log
   */
  faults(last: number, damages: readonly Damage[] = []): readonly string[] {
    return this.#expected.flatMap(({ run, entries, sum, fault }) => {
      if (run.header.last > last)
        return [`${run.path} holds events up to position ${run.header.last}, and the log ends at ${last}`];
      if (fault !== undefined) return [fault];
      if (damages.some((damage) => isLostIn(damage, run))) return [];
      if (entries !== run.header.entries)
        return [`${run.path} has ${run.header.entries} entries, and the log has ${entries}`];
      return sum === sumOf(run) ? [] : [`${run.path} holds other places than the log`];
    });
  }
}

/** Whether a damage has lost events that a run holds. */
function isLostIn({ position, events = Number.POSITIVE_INFINITY }: Damage, { header }: Run): boolean {
  return position <= header.last && position + events > header.first;
}

const scratch = Buffer.alloc(ENTRY_BYTES);

function count(expected: Expected, key: IndexKey, location: Location): void {
  writeEntry(scratch, 0, key.digest, location);
  expected.entries += 1;
  expected.sum = (expected.sum + checksumOf(scratch)) >>> 0;
  if (!expected.run.mayHave(key.digest))
    expected.fault = `${expected.run.path} does not find what is at position ${location.position}`;
}

function checkMark(expected: Expected, position: number, offset: number): void {
  const first = Math.ceil(expected.run.header.first / MARK_EVENTS);
  const mark = expected.marks[position / MARK_EVENTS - first];
  if (mark === offset || mark === NO_MARK) return;
  expected.fault = `${expected.run.path} does not say where position ${position} is`;
}

function sumOf(run: Run): number {
  let sum = 0;
  for (const block of run.blocks()) {
    for (let at = 0; at < block.length; at += ENTRY_BYTES) {
      sum = (sum + checksumOf(block.subarray(at, at + ENTRY_BYTES))) >>> 0;
    }
  }
  return sum;
}
