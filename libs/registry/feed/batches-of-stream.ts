import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '#libs/engine/event-store/port/event-store.js';

/**
 * The events of one stream after a position, without reading the rest of the log, in batches as a subscription has them.
 * The last batch is at the end of the log. Where the stream does not hold all of its events any more (it was deleted or
 * truncated, or never existed), they are read from $all, and the batches do not end.
 *
 * @param options a subscription to $all that contains every event of the stream
 */
export async function* batchesOfStream(
  store: EventStore,
  stream: string,
  options: SubscribeOptions & { readonly after: bigint; readonly maxBatch: number },
): AsyncGenerator<SubscriptionBatch> {
  const { after, maxBatch } = options;
  const { connectionCount } = store;
  let position = after;
  try {
    const head = store.localHead ?? (await store.head());
    let from = await firstAfter(store, stream, after);
    while (from !== undefined) {
      const events = await pageOf(store, stream, from, maxBatch);
      // After another connection, to a node that is behind, the stream may be shorter than the head says.
      if ((events[0]?.revision ?? from) !== from || store.connectionCount !== connectionCount) break;
      position = events.at(-1)?.position ?? position;
      if (events.length < maxBatch) {
        if (position < head) position = head;
        yield { events, position, caughtUp: true };
        return;
      }
      yield { events, position, caughtUp: false };
      from += BigInt(events.length);
    }
  } catch (error) {
    if (!(error instanceof StreamDeletedError)) throw error;
  }
  yield* store.subscribeToAll({ ...options, after: position });
}

/**
 * The first revision after a position: positions ascend with the revisions of a stream, so it is found by halves.
 *
 * @returns undefined: the stream has no event
 */
async function firstAfter(store: EventStore, stream: string, position: bigint): Promise<bigint | undefined> {
  const [last] = await all(store.readStream(stream, { direction: 'backwards', limit: 1 }));
  if (last === undefined) return undefined;
  if (position === BEFORE_FIRST_POSITION) return 0n;
  let low = 0n;
  let high = last.revision + 1n;
  while (low < high) {
    const middle = (low + high) / 2n;
    const [event] = await pageOf(store, stream, middle, 1);
    if (event === undefined || event.position > position) high = middle;
    else low = event.revision + 1n;
  }
  return low;
}

function pageOf(store: EventStore, stream: string, from: bigint, limit: number): Promise<readonly RecordedEvent[]> {
  return all(store.readStream(stream, { from, limit }));
}

async function all(events: AsyncIterable<RecordedEvent>): Promise<readonly RecordedEvent[]> {
  const read: RecordedEvent[] = [];
  for await (const event of events) read.push(event);
  return read;
}
