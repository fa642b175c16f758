import { internalEvent } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { object, optional, text } from '#libs/engine/kernel/shape.js';

/** The stream that says which event store this is, where the store itself does not say it. */
export const storeStream = 'appledger-store';

/** That stream as a kind of its own. */
export const storeStreams: StreamKind = { prefix: storeStream, id: '' };

/** Stored shapes are frozen; see application.events.ts. */
export const storeEvents = {
  /**
   * The first event of its stream: whatever was made from another store's events does not fit this one. The prefix is
   * that of the installation's streams, where there is one; the issuer, where one is configured, is that of its tokens.
   */
  StoreIdentified: internalEvent(object({ id: text, streamPrefix: optional(text), issuer: optional(text) })),
} as const;
