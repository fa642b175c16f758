import type { EventOf } from '#libs/engine/kernel/events.js';
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

export type DomainEvent = EventOf<typeof domainEvents>;

/** The name of an event type. */
export type EventType = DomainEvent['type'];
