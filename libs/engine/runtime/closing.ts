/** Something that holds a resource until it is closed. */
export interface Closable {
  close(): Promise<void> | void;
}

/** Collects the steps that close what has been opened so far, and runs them in reverse order. */
export class Closing {
  readonly #steps: (() => Promise<unknown> | unknown)[] = [];

  /** Adds the step that closes what has just been opened. */
  add(step: () => Promise<unknown> | unknown): void {
    this.#steps.push(step);
  }

  /** Adds a resource to close, and returns it. */
  keep<R extends Closable>(resource: R): R {
    this.add(() => resource.close());
    return resource;
  }

  /** Closes everything, the newest first. A second call has nothing left to close. */
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
  }
}
