/** The least number of runs of about the same size to merge, which keeps the number of rewrites of an entry small. */
const MIN_MERGED_RUNS = 4;

/**
 * The newest runs to merge, back to the first that is larger than all newer ones together; empty: there are too few.
 * So the number of runs grows with the logarithm of the number of events.
 *
 * @param runs in the order of their positions
 */
export function runsWorthMerging<R extends { readonly events: number }>(runs: readonly R[]): readonly R[] {
  let events = 0;
  let from = runs.length;
  for (; from > 0; from -= 1) {
    const size = runs[from - 1]?.events ?? 0;
    if (from < runs.length && size > events) break;
    events += size;
  }
  return runs.length - from < MIN_MERGED_RUNS ? [] : runs.slice(from);
}
