/**
 * Limits the number of calls in flight; further calls wait in order. A timeout that starts with the call then measures
 * the server's time and not the time in the queue. A call that need not wait begins in the same turn of the event loop.
 */
export class InFlight {
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(private readonly max: number) {}

  /** Runs the call when fewer than the maximum are in flight. Settles as the call does. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#underWay >= this.max) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#underWay += 1;
    try {
      return await call();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    }
  }
}
