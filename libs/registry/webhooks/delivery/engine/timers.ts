/** The time, and calls at later times. */
export interface Timers {
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back after a time in milliseconds; answers what cancels it. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
}

/** The machine's. They do not keep the process alive. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
