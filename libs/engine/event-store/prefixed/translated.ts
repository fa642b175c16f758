/** How items become others. */
interface Translation<T, R> {
  /** Undefined: the item is left out. */
  readonly translate: (item: T) => R | undefined;
  /** What an error of the iteration becomes. */
  readonly failure: (error: unknown) => unknown;
  /** Ends after so many. */
  readonly limit?: number | undefined;
}

/**
 * What an iteration yields, translated. Unlike a generator it can be left while it waits for its next item, and then
 * leaves what it is made from at once.
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
