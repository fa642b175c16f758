import { count, type Infer, object, optional, text, time } from '#libs/engine/kernel/shape.js';

/**
 * What is stored beside every event: whose it is, who did it, when, and how it hangs together with others. The two
 * names with a dollar sign are EventStoreDB's own, which its tools follow. Frozen like the events.
 */
export const eventMetadata = object({
  /** Version of the event's data. */
  schemaVersion: count,
  /** The organization that owns the aggregate. */
  resourceOwner: text,
  /** Who caused the event: the user, and the client that the user's token was issued to. */
  editor: object({ user: text, client: optional(text) }),
  /** The domain's time: what creationDate and changeDate answer. */
  occurredAt: time,
  $correlationId: text,
  $causationId: text,
  /** W3C trace context of the request, where it had one. */
  traceparent: optional(text),
});

export type EventMetadata = Infer<typeof eventMetadata>;
