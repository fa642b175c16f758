/** The first wait after a failure. */
export const FIRST_WAIT_MS = 50;
/** The longest wait: the end of an outage is noticed at most this much later. */
export const LONGEST_WAIT_MS = 5_000;

/** The longest first wait, and the longest wait of all, in milliseconds. */
export interface WaitLimits {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * The wait before the next attempt: exponential back-off with jitter. The upper limit doubles with each failure, and
 * the wait is a random time from half of it up to all of it, so that many processes do not retry at the same moment.
 *
 * @param failures attempts that have failed in a row, from 1
 * @param random from 0 (inclusive) to 1 (exclusive)
 * @param limits of the first wait and of every wait; default: those of a store that is away
 * @returns milliseconds
 */
export function waitAfter(
  failures: number,
  random: number = Math.random(),
  { firstMs, longestMs }: WaitLimits = { firstMs: FIRST_WAIT_MS, longestMs: LONGEST_WAIT_MS },
): number {
  const limit = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return (limit * (1 + random)) / 2;
}
