import {
  BEFORE_FIRST_POSITION,
  type EventFilter,
  type EventStore,
  type RecordedEvent,
} from '#libs/engine/event-store/port/event-store.js';

/**
 * The events after a position in $all that a filter accepts. The read begins at the position itself: EventStoreDB
 * accepts only positions at which an event stands.
 *
 * @param limit at most so many events; default: all
 * @throws EventStoreUnavailableError
 */
export async function* eventsAfter(
  eventStore: EventStore,
  position: bigint,
  filter: EventFilter,
  limit?: number,
): AsyncGenerator<RecordedEvent> {
  const from = position > BEFORE_FIRST_POSITION ? { from: position } : {};
  let left = limit ?? Number.POSITIVE_INFINITY;
  // One more than is wanted, because the event at the position may be the first.
  const most = limit === undefined ? {} : { limit: limit + 1 };
  for await (const event of eventStore.readAll({ ...from, filter, ...most })) {
    if (event.position <= position) continue;
    if (left <= 0) return;
    left -= 1;
    yield event;
  }
}
