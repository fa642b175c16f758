/**
 * Lets one call run at a time for each key. Calls for one key run in the order in which they came; calls for different
 * keys do not wait for each other.
 */
export class KeyedMutex {
  /** A key is here while a call runs for it, with the calls that wait for it to end. */
  readonly #lines = new Map<string, (() => void)[]>();

  /**
   * Runs the call when it is its turn, and answers what it answers.
   *
   * @param abandoned asked for when the call has to wait: its signal takes the call out of the line. The call does not
   *   run then, and the signal's reason is thrown.
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
