import { setImmediate } from 'node:timers/promises';

/**
 * The reason why LMDB could not commit. lmdb reports the system's error through a second promise, which is rejected in
 * the same turn of the event loop and must be caught in any case.
 *
 * @param error the rejection of the write
 * @returns the system's error, or `error` if there is none
 */
export async function commitReason(error: unknown): Promise<unknown> {
  const reason = (error as { commitError?: Promise<never> }).commitError;
  if (reason === undefined) return error;
  return Promise.race([reason.catch((cause: unknown) => cause), setImmediate(error)]);
}
