/** A moment, by both clocks of the machine. */
export interface Moment {
  /** Milliseconds of a clock that nobody sets, and that may stand still while the machine sleeps. */
  readonly steady: number;
  /** Milliseconds since 1970, by a clock that can be set. */
  readonly wall: number;
}

/** The present moment. */
export function thisMoment(): Moment {
  return { steady: performance.now(), wall: Date.now() };
}

/** The milliseconds between two moments, by the clock that has gone further: never less than have passed. */
export function elapsedMs(from: Moment, to: Moment = thisMoment()): number {
  return Math.max(to.steady - from.steady, to.wall - from.wall);
}
