import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 20;

/** Tries until it succeeds; nothing but a failure of this kind is waited out. */
export async function eventually<T>(
  failure: abstract new (...args: never[]) => Error,
  attempt: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof failure)) throw error;
      await delay(PAUSE_MS);
    }
  }
}
