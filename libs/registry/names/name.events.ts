import { type EventOf, internalEvent } from '#libs/engine/events/event-definition.js';
import { count, object, optional, text } from '#libs/engine/kernel/shape.js';

/** Stored shapes are frozen; see application.events.ts. */
export const nameEvents = {
  /**
   * Reserves the name for `owner`, an aggregate that gets it by its creation, or by a change that is appended at
   * `ownerRevision`, the last revision of its stream. After any other event in that stream the reservation is void.
   */
  NameReserved: internalEvent(object({ name: text, owner: text, ownerRevision: optional(count) })),
  /**
   * The only event in the stream of an owner that was never created. The writer that takes the name over appends it:
   * the first append of a slow creator then fails, so that the name has one owner.
   */
  CreationAbandoned: internalEvent(object({ owner: text })),
  /**
   * In the stream of an owner that was to be renamed. The writer that takes the new name over appends it: the append of
   * the rename then fails. The owner itself does not change.
   */
  RenameAbandoned: internalEvent(object({ owner: text, name: text })),
} as const;

/** The events in the streams of reservations. */
export const reservationEvents = { NameReserved: nameEvents.NameReserved } as const;

/** An event of a stream of reservations. */
export type NameEvent = EventOf<typeof reservationEvents>;

/** The events that a taken-over reservation leaves in the stream of its owner, whatever kind of aggregate that is. */
export const ownerEvents = {
  CreationAbandoned: nameEvents.CreationAbandoned,
  RenameAbandoned: nameEvents.RenameAbandoned,
} as const;

/** An event of {@link ownerEvents}. */
export type OwnerEvent = EventOf<typeof ownerEvents>;
