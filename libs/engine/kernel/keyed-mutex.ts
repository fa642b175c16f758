/**
 * Runs one call at a time for each key. Calls for the same key run in the order in which they arrived; calls for
 * different keys do not wait for each other.
 */
export class KeyedMutex {
  /** The waiting calls of each key for which a call is running. */
  readonly #lines = new Map<string, (() => void)[]>();

  /**
   * Runs the call after those that arrived before it for the same key. Settles as the call does.
   *
   * @param abandoned is called only if the call has to wait, and returns a signal that removes it from the queue: the
   *   call does not run then, and the signal's reason is thrown
   */
  async run<T>(key: string, call: () => Promise<T>, abandoned?: () => AbortSignal): Promise<T> {
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, []);
    else await turn(line, abandoned?.());
    try {
      return await call();
    } finally {
      this.#callNext(key);
    }
  }

  #callNext(key: string): void {
    const next = this.#lines.get(key)?.shift();
    if (next === undefined) this.#lines.delete(key);
    else next();
  }
}

function turn(line: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const begin = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      line.splice(line.indexOf(begin), 1);
      reject(signal?.reason);
    };
    line.push(begin);
    signal?.addEventListener('abort', leave, { once: true });
  });
}
