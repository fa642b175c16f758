/** Answers the current time, in milliseconds since 1970-01-01 UTC. */
export type Clock = () => number;

/** The machine's clock. */
export const systemClock: Clock = () => Date.now();

/** What a clock says, as people read it; the bare number where no date can hold it. */
export function clockText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}

/**
 * Checks that a clock says a time within limits, both inclusive, in milliseconds since 1970.
 *
 * @throws RangeError it does not; the message says what to do
 */
export function assertClockWithin(time: number, first: number, last: number): void {
  if (time >= first && time <= last) return;
  const limits = `between ${clockText(first)} and ${clockText(last)}`;
  throw new RangeError(`the clock of this machine says ${clockText(time)}: set it to the right time, ${limits}`);
}
