import { setTimeout as delay } from 'node:timers/promises';
import { type Appledger, call, newApp } from './appledger.js';

const WRITERS = 32;

/** Applications that were created. Times are those of `performance.now()`. */
export interface Creations {
  /** When each creation was answered, by the ids of the applications. */
  readonly answered: ReadonlyMap<string, number>;
  /** How long each took, in milliseconds. */
  readonly took: readonly number[];
}

/** Creates applications at a rate, or as fast as it goes. */
export async function createApplications(
  { program, token, creationPath }: Appledger,
  count: number,
  perSecond = Number.POSITIVE_INFINITY,
): Promise<Creations> {
  const answered = new Map<string, number>();
  const took: number[] = [];
  const began = performance.now();
  let made = 0;
  const write = async () => {
    while (made < count) {
      const due = began + (made * 1_000) / perSecond;
      made += 1;
      if (due > performance.now()) await delay(due - performance.now());
      const sentAt = performance.now();
      const { appId } = await call(program, token, 'POST', creationPath, newApp());
      answered.set(appId as string, performance.now());
      took.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return { answered, took };
}
