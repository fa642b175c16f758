import { type Generations, inGeneration } from '#libs/engine/documents/port/generations.js';
import type { Collection, ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { GenerationRunner } from './generation-runner.js';
import { droppable, dropped } from './generations.js';

/**
 * The number of a generation of the record whose documents have been dropped from the read model; undefined: there is
 * none.
 *
 * @throws ReadModelUnavailableError
 */
export async function lostGeneration(
  { serving, filling }: Generations,
  runners: readonly GenerationRunner[],
  collection: Collection<object>,
  readModel: ReadModel,
): Promise<number | undefined> {
  for (const runner of runners) {
    const { number, checkpoint } = runner;
    if (number !== serving?.number && number !== filling?.number) continue;
    if (runner.status().state === 'lost') return number;
    if ((await readModel.checkpoint(inGeneration(collection, number))) < checkpoint) return number;
  }
  return undefined;
}

/**
 * Removes the documents of retired generations that no process reads any more.
 *
 * @param now in milliseconds since 1970
 * @returns the record without them; undefined: there were none
 * @throws ReadModelUnavailableError
 */
export async function dropRetired(
  record: Generations,
  collection: Collection<object>,
  readModel: ReadModel,
  now: number,
): Promise<Generations | undefined> {
  const numbers = droppable(record, now);
  if (numbers.length === 0) return undefined;
  for (const number of numbers) await readModel.drop(inGeneration(collection, number));
  return dropped(record, numbers);
}
