import { rm } from 'node:fs/promises';
import { compareAt, copyEntry, ENTRY_BYTES, ORDER_BYTES } from './entry.js';
import { Run } from './run.js';
import { writeRun } from './run-writer.js';

/** Entries merged in one turn of the event loop. */
const PIECE_ENTRIES = 4_096;

/**
 * Writes one run in place of several.
 *
 * @param runs in the order of their positions, without a gap between them
 * @returns the new run; the others are open, and are to be removed
 */
export async function mergeRuns(folder: string, runs: readonly Run[]): Promise<Run> {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) throw new Error('there is nothing to merge');
  const contents = {
    identity: first.header.identity,
    first: first.header.first,
    last: last.header.last,
    hasMetadata: runs.some(({ header }) => header.hasMetadata),
    hasGaps: runs.some(({ header }) => header.hasGaps),
    marks: runs.flatMap((run) => run.marks()),
  };
  const entries = runs.reduce((sum, { header }) => sum + header.entries, 0);
  const name = await writeRun(folder, contents, entries, merged(runs));
  return Run.open(folder, name, contents.identity);
}

/** Closes runs that others have replaced, and removes their files. */
export async function removeRuns(runs: readonly Run[]): Promise<void> {
  for (const run of runs) {
    run.close();
    await rm(run.path, { force: true });
  }
}

/** The entries of all runs, merged in order. */
function* merged(runs: readonly Run[]): Generator<Buffer> {
  const sources = runs.map((run) => new Source(run)).filter((source) => source.isOpen);
  let piece = Buffer.allocUnsafe(PIECE_ENTRIES * ENTRY_BYTES);
  let filled = 0;
  while (sources.length > 0) {
    const lowest = sources.reduce((best, source) => (source.isBefore(best) ? source : best));
    lowest.copyTo(piece, filled);
    filled += ENTRY_BYTES;
    if (!lowest.advance()) sources.splice(sources.indexOf(lowest), 1);
    if (filled < piece.length) continue;
    yield piece;
    piece = Buffer.allocUnsafe(PIECE_ENTRIES * ENTRY_BYTES);
    filled = 0;
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

/** Reads a run from its beginning to its end. */
class Source {
  readonly #blocks: Iterator<Buffer>;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(run: Run) {
    this.#blocks = run.blocks();
    this.#next();
  }

  get isOpen(): boolean {
    return this.#block.length > 0;
  }

  isBefore(other: Source): boolean {
    return compareAt(this.#block, this.#at, other.#block, other.#at, ORDER_BYTES) < 0;
  }

  copyTo(target: Buffer, at: number): void {
    copyEntry(target, at, this.#block, this.#at);
  }

  /** Goes to the next entry. False: there is none. */
  advance(): boolean {
    this.#at += ENTRY_BYTES;
    if (this.#at >= this.#block.length) this.#next();
    return this.isOpen;
  }

  #next(): void {
    const { done, value } = this.#blocks.next();
    this.#block = done ? Buffer.alloc(0) : value;
    this.#at = 0;
  }
}
