import type { EventOf } from '#libs/kernel/events.js';
import { applicationEvents } from './application/application.events.js';
import { nameEvents } from './name/name.events.js';
import { projectEvents } from './project/project.events.js';
import { projectionEvents } from './projection/projection.events.js';
import { storeEvents } from './store/store.events.js';

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
