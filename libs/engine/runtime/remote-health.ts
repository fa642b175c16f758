import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import { messageOf } from './message-of.js';

/**
 * The health of a store in another process.
 *
 * @param ask sends a small request; rejects when the store does not answer
 * @param writeFailure why the last write failed although the store answered; undefined: it succeeded
 */
export async function remoteHealth(
  ask: () => Promise<unknown>,
  writeFailure: () => Error | undefined,
): Promise<StoreHealth> {
  try {
    await ask();
  } catch (error) {
    return { readable: false, writable: false, detail: messageOf(error) };
  }
  const failure = writeFailure();
  return { readable: true, writable: failure === undefined, ...(failure && { detail: failure.message }) };
}
