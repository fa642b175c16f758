import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';

/**
 * The first events of a stream, also when another client has deleted the stream for good: its events are still in $all.
 *
 * @param from the first revision
 * @param limit at most so many events
 * @throws EventStoreUnavailableError
 */
export async function* streamEvents(
  store: EventStore,
  stream: string,
  { from = 0n, limit }: { readonly from?: bigint; readonly limit: number },
): AsyncGenerator<RecordedEvent> {
  let left = limit;
  try {
    for await (const event of store.readStream(stream, { from, limit })) {
      left -= 1;
      yield event;
    }
    return;
  } catch (error) {
    if (!(error instanceof StreamDeletedError) || left < limit) throw error;
  }
  for await (const event of store.readAll({ filter: { streamPrefixes: [stream] } })) {
    if (left === 0) return;
    if (event.stream !== stream || event.revision < from) continue;
    left -= 1;
    yield event;
  }
}
