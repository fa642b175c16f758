import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 50;

/** Retries until it succeeds. A failure of another kind is thrown at once. */
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
