/**
 * What a generator yields. By itself a generator learns that it is left when it has found its next item; this one is
 * told at once, so that it can stop looking.
 *
 * @param generate stops waiting for its next item when the signal is aborted
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
