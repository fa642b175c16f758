/**
 * Makes a generator that can be ended while it waits. By itself, `return` takes effect only when the generator has found
 * its next item; this one receives a signal at once.
 *
 * @param generate stops waiting for its next item when the signal aborts
 */
export function leavable<T>(generate: (left: AbortSignal) => AsyncGenerator<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const left = new AbortController();
      const items = generate(left.signal);
      return {
        next: () => items.next(),
        return: () => {
          left.abort();
          return items.return(undefined);
        },
      };
    },
  };
}
