import type { Generation, Generations, RetiredGeneration } from '#libs/engine/documents/port/generations.js';

/**
 * What becomes of a collection's generations: pure steps from one record to the next. Whoever takes one writes the
 * record only if nobody else has, and looks again otherwise.
 */

/** How long an old generation is kept for readers that have not yet heard of the new one; they look every half second. */
export const KEEP_RETIRED_MS = 30_000;

/** No generation, and none there has been. */
export const noGenerations: Generations = { newest: 0, retired: [] };

/** What a generation is made by, and from which log. */
export type Making = Omit<Generation, 'number'>;

/** The number of a generation that comes from another log; undefined: there is none. */
export function ofAnotherLog({ serving, filling }: Generations, log: string): number | undefined {
  return [serving, filling].find((one) => one !== undefined && one.log !== log)?.number;
}

/**
 * Sees to it that documents of this definition are served, or being built.
 *
 * @param at in milliseconds since 1970
 * @returns the same record when they are
 */
export function wanting(record: Generations, making: Making, at: number): Generations {
  const { serving, filling } = record;
  const newest = filling ?? serving;
  return newest?.definition === making.definition ? record : rebuilding(record, making, at);
}

/** Begins a new generation, beside the one that serves and in place of one that was being built. */
export function rebuilding(record: Generations, making: Making, at: number): Generations {
  const number = record.newest + 1;
  const retired = retire(record.retired, record.filling, at);
  return { ...record, newest: number, filling: { number, ...making }, retired };
}

/** The generation that was being built serves from now on. */
export function switched(record: Generations, at: number): Generations {
  const { filling: serving, ...rest } = record;
  if (serving === undefined) throw new Error('no generation is being built that could serve');
  return { ...rest, serving, retired: retire(record.retired, record.serving, at) };
}

/** The documents of a generation are gone: it neither serves nor is built any more. */
export function lost(record: Generations, number: number, at: number): Generations {
  const { serving, filling, ...rest } = record;
  const gone = [serving, filling].find((one) => one?.number === number);
  return {
    ...rest,
    ...(serving !== undefined && serving !== gone && { serving }),
    ...(filling !== undefined && filling !== gone && { filling }),
    retired: retire(record.retired, gone, at),
  };
}

/** The retired generations that nobody reads any more. */
export function droppable({ retired }: Generations, at: number): readonly number[] {
  return retired.filter(({ since }) => at - since >= KEEP_RETIRED_MS).map(({ number }) => number);
}

/** Forgets retired generations that have been dropped. */
export function dropped(record: Generations, numbers: readonly number[]): Generations {
  return { ...record, retired: record.retired.filter(({ number }) => !numbers.includes(number)) };
}

function retire(
  retired: readonly RetiredGeneration[],
  generation: Generation | undefined,
  since: number,
): readonly RetiredGeneration[] {
  return generation === undefined ? retired : [...retired, { number: generation.number, since }];
}
