import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { EventOf } from '#libs/engine/events/event-definition.js';
import { projectionEvents } from '#libs/engine/projector/projection.events.js';
import { storeEvents } from '#libs/engine/projector/store.events.js';
import { applicationEvents } from '#libs/registry/applications/application.events.js';
import { nameEvents } from '#libs/registry/names/name.events.js';
import { projectEvents } from '#libs/registry/projects/project.events.js';

/** Every event type that Appledger stores. */
export const domainEvents = {
  ...applicationEvents,
  ...projectEvents,
  ...nameEvents,
  ...projectionEvents,
  ...storeEvents,
} as const;

/** An event of any of these types, as it is decided. */
export type DomainEvent = EventOf<typeof domainEvents>;

/** The name of an event type. */
export type EventType = DomainEvent['type'];

/** An event of any of these types, as it is read back. */
export type RegistryEvent = DecodedEvent<DomainEvent>;
