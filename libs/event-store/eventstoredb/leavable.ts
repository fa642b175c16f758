/**
 * What a generator yields. By itself a generator learns that it is left when it has found its next item; this one is
 * told at once, so that it can stop looking.
 *
 * @param generate asks, wherever it looks further without yielding, whether it has been left
 */
export function leavable<T>(generate: (isLeft: () => boolean) => AsyncGenerator<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      let left = false;
      const items = generate(() => left);
      return {
        next: () => items.next(),
        return: () => {
          left = true;
          return items.return(undefined);
        },
      };
    },
  };
}
