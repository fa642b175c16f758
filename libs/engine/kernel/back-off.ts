/** The first wait after a failure. */
export const FIRST_WAIT_MS = 50;
/** The longest wait: the end of an outage is noticed at most this much later. */
export const LONGEST_WAIT_MS = 5_000;

/**
 * The wait before the next attempt: exponential back-off with jitter. The upper limit doubles with each failure, and
 * the wait is a random time from half of it up to all of it, so that many processes do not retry at the same moment.
 *
 * @param failures attempts that have failed in a row, from 1
 * @param random from 0 (inclusive) to 1 (exclusive)
 * @returns milliseconds
 */
export function waitAfter(failures: number, random: number = Math.random()): number {
  const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  return (limit * (1 + random)) / 2;
}
