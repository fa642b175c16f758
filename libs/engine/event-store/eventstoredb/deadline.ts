import { CallTimeoutError } from './driver-errors.js';

/** How long a call without a deadline is retried: longer than a cluster takes to elect a leader. */
export const CALL_PATIENCE_MS = 15_000;

/** A call without an answer after this time is retried, and the connection is checked. */
export const ANSWER_MS = 4_000;

/** A connection that does not answer the check within this time is lost. */
export const PROBE_MS = 3_000;

/** The time for finding the node to connect to: the leader in a cluster, even if one node hangs. */
export const CONNECT_MS = 6_000;

/** A read without events for this time ends, even on a connection that answers. A filter may exclude many events. */
export const QUIET_READ_MS = 60_000;

/** The time that a call may take. */
export interface Patience {
  /** When the caller stops waiting, by the clock of `performance.now()`. */
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
 * Waits for a promise with a timeout. The driver's own deadlines cover neither the search for a cluster's leader nor
 * reads.
 *
 * @throws CallTimeoutError it took longer; a later result is ignored
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
