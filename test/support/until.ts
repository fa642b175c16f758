import { setTimeout as delay, setImmediate } from 'node:timers/promises';

/** Less than the time limit of a test, which does not say what it waits for. */
const PATIENCE_MS = 100_000;

/** So long a condition is looked at in every turn. */
const EAGER_MS = 50;

/** The pauses after that. What a condition waits for takes processor time, and calls and commands take more of it. */
const PAUSE_MS = { here: 5, elsewhere: 100 };

/** Waits until the condition holds. One that answers a promise is taken to ask another process. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const began = Date.now();
  for (;;) {
    const answer = condition();
    if (await answer) return;
    const waited = Date.now() - began;
    if (waited > PATIENCE_MS) throw new Error(`never came to be: ${condition}`);
    if (waited < EAGER_MS) await setImmediate();
    else await delay(typeof answer === 'boolean' ? PAUSE_MS.here : PAUSE_MS.elsewhere);
  }
}
