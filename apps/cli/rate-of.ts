import type { TellProgress } from '#libs/engine/operations/operation.js';

/** Tells the number of events that have been read, and the rate per second. */
export function rateOf(done: string, tell: TellProgress): (events: number) => void {
  const began = performance.now();
  return (events) => {
    const seconds = (performance.now() - began) / 1000;
    tell(
      `${events.toLocaleString('en-US')} events ${done}, ${Math.round(events / seconds).toLocaleString('en-US')} a second`,
    );
  };
}
