/**
 * Lets so many calls be under way at once; the others wait for their turn, in order. A deadline then measures how long
 * the server takes for a call, not how many stand in line before it.
 */
export class InFlight {
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(private readonly max: number) {}

  /** Runs the call when it is its turn, and answers what it answers. */
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
