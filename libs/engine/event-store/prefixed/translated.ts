/** How to convert the items of an iteration. */
interface Translation<T, R> {
  /** Converts an item; undefined: it is left out. */
  readonly translate: (item: T) => R | undefined;
  /** Converts an error of the iteration. */
  readonly failure: (error: unknown) => unknown;
  /** The iteration ends after this many items. */
  readonly limit?: number | undefined;
}

/**
 * Converts the items of an iteration. Unlike a generator it can be ended while it waits for the next item, and then ends
 * the iteration behind it at once.
 */
export function translated<T, R>(items: AsyncIterable<T>, { translate, failure, limit }: Translation<T, R>) {
  const most = limit ?? Number.POSITIVE_INFINITY;
  return {
    [Symbol.asyncIterator](): AsyncIterator<R, undefined> {
      const iterator = items[Symbol.asyncIterator]();
      let taken = 0;
      const leave = async (): Promise<IteratorReturnResult<undefined>> => {
        await iterator.return?.();
        return { done: true, value: undefined };
      };
      return {
        async next() {
          while (taken < most) {
            const step = await iterator.next().catch((error: unknown) => Promise.reject(failure(error)));
            if (step.done === true) return { done: true, value: undefined };
            const value = translate(step.value);
            if (value === undefined) continue;
            taken += 1;
            return { done: false, value };
          }
          return leave();
        },
        return: leave,
      };
    },
  };
}
