/** Returns the current time, in milliseconds since 1970-01-01 UTC. */
export type Clock = () => number;

/** The machine's clock. */
export const systemClock: Clock = () => Date.now();

/** A time in ISO 8601 for messages; the number itself if it is outside the range of dates. */
export function clockText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}

/**
 * Checks that the time of this machine's clock is within limits.
 *
 * @param first inclusive, in milliseconds since 1970, as all three parameters
 * @param last inclusive
 * @throws RangeError it is outside; the message says what to do
 */
export function assertClockWithin(time: number, first: number, last: number): void {
  if (time >= first && time <= last) return;
  const limits = `between ${clockText(first)} and ${clockText(last)}`;
  throw new RangeError(`the clock of this machine says ${clockText(time)}: set it to the right time, ${limits}`);
}
