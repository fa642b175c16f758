/**
 * The items of a read until the signal aborts; the read then ends, even while it waits for the next item.
 *
 * @param read one that can be left so, as those of the event store can
 * @param abandoned ends the iteration, without an error
 */
export async function* whileWanted<T>(read: AsyncIterable<T>, abandoned: AbortSignal): AsyncIterable<T> {
  const items = read[Symbol.asyncIterator]();
  const leave = () => void items.return?.().catch(() => undefined); // What it looked for is of no use to anybody.
  abandoned.addEventListener('abort', leave, { once: true });
  try {
    while (!abandoned.aborted) {
      const { done, value } = await items.next();
      if (done || abandoned.aborted) return;
      yield value;
    }
  } finally {
    abandoned.removeEventListener('abort', leave);
    await items.return?.();
  }
}
