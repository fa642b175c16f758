import { setTimeout as delay, setImmediate } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
/** What becomes true within the process does so in a few turns of its event loop. */
const TURNS = 100;
const PAUSE_MS = 5;

/** Waits until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (let turn = 0; !(await condition()); turn += 1) {
    if (Date.now() > end) throw new Error(`never came to be: ${condition}`);
    await (turn < TURNS ? setImmediate() : delay(PAUSE_MS));
  }
}
