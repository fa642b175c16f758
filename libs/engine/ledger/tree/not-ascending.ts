import { lowerBound } from '#libs/engine/kernel/lower-bound.js';

/** The indexes of the fewest numbers without which the others ascend. @param numbers all different */
export function notAscending(numbers: readonly number[]): readonly number[] {
  /** The index of the smallest last number of an ascending selection of each length. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [at, number] of numbers.entries()) {
    const length = lowerBound(ends.length, (selected) => (numbers[ends[selected] ?? 0] ?? 0) < number);
    before.push(length === 0 ? -1 : (ends[length - 1] ?? -1));
    ends[length] = at;
  }
  const ascending = new Set<number>();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) ascending.add(at);
  return [...numbers.keys()].filter((at) => !ascending.has(at));
}
