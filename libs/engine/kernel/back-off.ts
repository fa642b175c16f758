/** The first wait after a failure. */
export const FIRST_WAIT_MS = 50;
/** The longest wait: an outage is over for whoever waits at most so much later than for what was waited for. */
export const LONGEST_WAIT_MS = 5_000;

/**
 * How long to wait before the next try: twice as long each time, and between half and all of that at random, so that
 * many processes do not come back in step.
 *
 * @param failures how many tries have failed in a row, from 1
 * @param random from 0 up to 1
 * @returns milliseconds
 */
export function waitAfter(failures: number, random: number = Math.random()): number {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  return (whole * (1 + random)) / 2;
}
