import { randomUUID } from 'node:crypto';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { isOfType } from '#libs/engine/events/event-definition.js';
import { ALL_PROJECTIONS } from './all-projections.js';
import type { Skips } from './fold.js';
import { projectionEvents, projectionStream } from './projection.events.js';

/** The owner of operators' decisions, which belong to no organization. */
const OWNER = 'appledger';

/** An operator's decision to leave out an event. */
export interface SkipDecision {
  /** Its name, or ALL_PROJECTIONS. */
  readonly projection: string;
  /** The id of the event. */
  readonly eventId: string;
  readonly reason: string;
  /** Who decided. */
  readonly operator: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/**
 * Records the decision as an event.
 *
 * @returns the stream that it is in
 * @throws EventStoreUnavailableError it may or may not have been recorded
 */
export async function recordSkip(eventStore: EventStore, codec: EventCodec, decision: SkipDecision): Promise<string> {
  const { projection, eventId, reason, operator, at } = decision;
  const causation = randomUUID();
  const metadata = {
    resourceOwner: OWNER,
    editor: { user: operator },
    occurredAt: new Date(at).toISOString(),
    $correlationId: causation,
    $causationId: causation,
  };
  const event = { type: 'ProjectionEventSkipped', data: { projection, eventId, reason } } as const;
  const stream = projectionStream(projection);
  await eventStore.append(stream, codec.encode([event], metadata, randomUUID), 'any');
  return stream;
}

/** The events that a projection leaves out, by decisions about it or about all. @throws EventStoreUnavailableError */
export async function readSkips(eventStore: EventStore, codec: EventCodec, projection: string): Promise<Skips> {
  const skips = new Set<string>();
  for (const name of [projection, ALL_PROJECTIONS]) {
    for await (const recorded of eventStore.readStream(projectionStream(name))) {
      const event = codec.decode(recorded);
      if (isOfType(event, projectionEvents, 'ProjectionEventSkipped')) skips.add(event.data.eventId);
    }
  }
  return skips;
}
