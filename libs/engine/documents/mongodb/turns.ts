/** Lets what is done under one name be done one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work when all that was begun before under the name has ended, and answers what it answers. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const turn = before.then(work);
    const ended = turn.catch(() => undefined); // Whoever waits for the turn hears of it.
    this.#last.set(name, ended);
    try {
      return await turn;
    } finally {
      if (this.#last.get(name) === ended) this.#last.delete(name);
    }
  }
}
