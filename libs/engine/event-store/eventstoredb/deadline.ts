import { CallTimeoutError } from './driver-errors.js';

/** How long a call of a request that sets no deadline goes on trying: longer than a cluster takes to elect a leader. */
export const CALL_PATIENCE_MS = 15_000;

/** A call that has no answer after so long is made again, and the connection is asked whether it still holds. */
export const ANSWER_MS = 4_000;

/** A connection that does not answer this question is lost. */
export const PROBE_MS = 3_000;

/** The time for finding the node to connect to: in a cluster the leader, past a node that hangs. */
export const CONNECT_MS = 6_000;

/** A read that is quiet for so long, on a connection that answers, is given up: a filter may pass over much. */
export const QUIET_READ_MS = 60_000;

/** How long a call may take. */
export interface Patience {
  /** When nobody waits for the answer any more, by the clock of `performance.now()`. */
  readonly until: number;
  readonly milliseconds: number;
}

/** @param deadline when the request ends, by the clock of `performance.now()`; default: after {@link CALL_PATIENCE_MS} */
export function patience(deadline?: number): Patience {
  const now = performance.now();
  const until = deadline ?? now + CALL_PATIENCE_MS;
  return { until, milliseconds: Math.max(0, until - now) };
}

/**
 * Waits for a promise, but not for ever. The driver's own deadlines cover neither finding the leader of a cluster nor
 * reading.
 *
 * @throws CallTimeoutError it took longer; what the promise comes to later is dropped
 */
export async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
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
