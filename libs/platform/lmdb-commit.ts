import { setImmediate } from 'node:timers/promises';
import { messageOf } from './message-of.js';

/**
 * Why LMDB could not commit, in the system's words: lmdb gives them by a second promise, which is rejected in the same
 * turn and must be caught in any case.
 */
export async function commitFault(error: unknown): Promise<string> {
  const commitError = (error as { commitError?: Promise<never> }).commitError;
  if (commitError === undefined) return messageOf(error);
  return Promise.race([commitError.then(String, messageOf), setImmediate('the commit failed')]);
}
