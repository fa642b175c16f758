import type { TellProgress } from '#libs/engine/operations/operation.js';

const BAR_CHARACTERS = 20;

/**
 * Prints the number of events of a long operation, the rate per second, and a bar where it is known how much there is.
 *
 * @param done what has happened to the events, such as `copied`
 */
export function rateOf(done: string, tell: TellProgress): (events: number, fraction?: number) => void {
  const began = performance.now();
  let first: number | undefined;
  return (events, fraction) => {
    first ??= events;
    const seconds = (performance.now() - began) / 1000;
    const rate = Math.round((events - first) / seconds);
    tell(`${bar(fraction)}${number(events)} events ${done}, ${number(rate)} a second`);
  };
}

/** A number as people read it. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

function bar(fraction: number | undefined): string {
  if (fraction === undefined || !Number.isFinite(fraction)) return '';
  const part = Math.min(1, Math.max(0, fraction));
  const full = Math.round(part * BAR_CHARACTERS);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_CHARACTERS - full)}] ${Math.floor(part * 100)} % `;
}
