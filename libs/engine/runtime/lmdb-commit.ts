import { setImmediate } from 'node:timers/promises';

/**
 * Why LMDB could not commit: lmdb gives the system's own error by a second promise, which is rejected in the same turn
 * and must be caught in any case.
 *
 * @param error what the write was rejected with
 * @returns the system's error, or the one given when there is no other
 */
export async function commitReason(error: unknown): Promise<unknown> {
  const reason = (error as { commitError?: Promise<never> }).commitError;
  if (reason === undefined) return error;
  return Promise.race([reason.catch((cause: unknown) => cause), setImmediate(error)]);
}
