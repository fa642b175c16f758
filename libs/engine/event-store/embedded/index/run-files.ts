import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedRunError, Run } from './run.js';
import { runRange } from './run-format.js';

/** Positions that no run covers. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}

/** The runs in the folder of an index. */
export interface FoundRuns {
  /** In the order of their positions. */
  readonly runs: readonly Run[];
  /** What is missing before the last run, in order. */
  readonly gaps: readonly Gap[];
  /** Paths of damaged files. */
  readonly damaged: readonly string[];
}

/**
 * Opens the runs of an index. Of runs that cover the same positions the largest one is used: the others are left over
 * from an interrupted merge. A run that leaves out damaged events is not used, so that these events are read again.
 *
 * @param readOnly true: a gap cannot be filled, so the runs after it are not used; false: unused files are removed
 */
export function openRuns(folder: string, identity: string, readOnly: boolean): FoundRuns {
  if (!readOnly) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = existsSync(folder) ? namesIn(folder) : [];
  const files = names.flatMap((name) => {
    const range = runRange(name);
    return range === undefined ? [] : [{ name, ...range }];
  });
  files.sort((a, b) => a.first - b.first || b.last - a.last);
  const runs: Run[] = [];
  const gaps: Gap[] = [];
  const damaged: string[] = [];
  for (const { name, first } of files) {
    const next = (runs.at(-1)?.header.last ?? -1) + 1;
    if (first < next || (readOnly && first > next)) continue;
    try {
      const run = Run.open(folder, name, identity);
      if (run.header.hasGaps) {
        run.close();
        continue;
      }
      if (first > next) gaps.push({ first: next, last: first - 1 });
      runs.push(run);
    } catch (error) {
      if (!(error instanceof DamagedRunError)) throw error;
      damaged.push(join(folder, name));
    }
  }
  if (!readOnly) {
    const used = new Set(runs.map(({ path }) => path));
    const unused = names.map((name) => join(folder, name)).filter((path) => !used.has(path));
    for (const path of unused) rmSync(path, { force: true, recursive: true });
  }
  return { runs, gaps, damaged };
}

/** The files in the folder, and whatever else has the name of a run. Other folders are not of the index, such as lost+found. */
function namesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() && runRange(entry.name) === undefined ? [] : entry.name));
}
