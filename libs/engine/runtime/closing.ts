/** A way to close what has been opened so far, last first. */
export class Closing {
  readonly #steps: (() => Promise<unknown>)[] = [];

  /** Remembers how to close what has just been opened. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Closes everything. */
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
  }
}
