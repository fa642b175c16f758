import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { eventsAfter } from './events-after.js';
import type { Projection } from './projection.js';

/** Counted no further: whoever is that far behind is far behind. */
export const MAX_LAG_EVENTS = 1_000;

/** What a projection has still to do. */
export interface Lag {
  readonly projection: string;
  /** At most {@link MAX_LAG_EVENTS}. */
  readonly events: number;
  /** Age of the oldest of them. */
  readonly seconds: number;
}

/**
 * How far a projection is behind.
 *
 * @param position what is in its documents
 * @param now in milliseconds since 1970
 * @throws EventStoreUnavailableError
 */
export async function lagOf(
  projection: Projection,
  position: bigint,
  eventStore: EventStore,
  now: number,
): Promise<Lag> {
  const filter = { streamPrefixes: projection.streamPrefixes };
  let events = 0;
  let oldest = now;
  for await (const event of eventsAfter(eventStore, position, filter, MAX_LAG_EVENTS)) {
    if (events === 0) oldest = event.recordedAt;
    events += 1;
  }
  return { projection: projection.name, events, seconds: Math.max(0, now - oldest) / 1_000 };
}
