import { CallTimeoutError } from './driver-errors.js';

/** No call takes longer: the longest that a request waits for an event store that has just stopped answering. */
export const CALL_DEADLINE_MS = 10_000;

/**
 * Waits for a promise, but not for ever. The driver's own deadlines cover neither finding the leader of a cluster nor
 * reading.
 *
 * @throws CallTimeoutError it took longer; what the promise comes to later is dropped
 */
export async function within<T>(promise: Promise<T>, milliseconds = CALL_DEADLINE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CallTimeoutError(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
