import { once } from 'node:events';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { collectAtRest } from './collect-at-rest.js';

const LOOK_EVERY_MS = 50;
const POLL_MS = 10;

/** An object that nobody holds, and that is gone when garbage has been collected. */
function garbage(): WeakRef<object> {
  return new WeakRef({ text: 'x'.repeat(1_000) });
}

/** Works without a pause for some looks. */
async function work(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  for (let end = performance.now() + 6 * LOOK_EVERY_MS; performance.now() < end; ) {
    const arrived = once(port2, 'message');
    port1.postMessage(undefined);
    for (const until = performance.now() + POLL_MS; performance.now() < until; );
    await arrived;
  }
  port1.close();
}

it('garbage is collected when the process is at rest, and not while it works', async () => {
  const made = garbage();
  await nextTurn();
  const { stop } = collectAtRest({ lookEveryMs: LOOK_EVERY_MS, growthBytes: 0 });
  await work();
  expect(made.deref()).toBeDefined();
  await nextTurn(); // a reference that was read is held until the end of the turn
  while (made.deref() !== undefined) await delay(POLL_MS);
  stop();
});

it('garbage is left where it is when the memory has not grown', async () => {
  const { stop } = collectAtRest({ lookEveryMs: LOOK_EVERY_MS, growthBytes: Number.POSITIVE_INFINITY });
  const made = garbage();
  await nextTurn();
  await delay(6 * LOOK_EVERY_MS);
  expect(made.deref()).toBeDefined();
  stop();
});
