import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { eventsAfter } from './events-after.js';

/** Lag is counted up to this many events. Beyond this the exact lag does not matter. */
export const MAX_LAG_EVENTS = 1_000;

/** The remaining work of a consumer. */
export interface Lag {
  /** The consumer's name. */
  readonly name: string;
  /** At most {@link MAX_LAG_EVENTS}. */
  readonly events: number;
  /** Age of the oldest of them. */
  readonly seconds: number;
}

/** The events that a consumer handles. */
export interface LagSource {
  readonly name: string;
  readonly streamPrefixes: readonly string[];
}

/**
 * How far a consumer is behind.
 *
 * @param position its checkpoint
 * @param now in milliseconds since 1970
 * @throws EventStoreUnavailableError
 */
export async function lagOf(
  { name, streamPrefixes }: LagSource,
  position: bigint,
  eventStore: EventStore,
  now: number,
): Promise<Lag> {
  let events = 0;
  let oldest = now;
  for await (const event of eventsAfter(eventStore, position, { streamPrefixes }, MAX_LAG_EVENTS)) {
    if (events === 0) oldest = event.recordedAt;
    events += 1;
  }
  return { name, events, seconds: Math.max(0, now - oldest) / 1_000 };
}
