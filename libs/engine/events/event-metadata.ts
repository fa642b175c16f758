import { count, type Infer, object, optional, text, time } from '#libs/engine/kernel/shape.js';

/**
 * The metadata that is stored beside the data of every event: who owns it, who caused it, when, and which request it
 * belongs to. The two names with a dollar sign are EventStoreDB's own; its tools follow them. The shape is frozen, but
 * for fields that may be absent: metadata without them stay as they are, byte for byte.
 */
export const eventMetadata = object({
  /** Version of the event's data. */
  schemaVersion: count,
  /** The id of the organization that owns the aggregate. */
  resourceOwner: text,
  /** Who caused the event: the user, and the client that the user's token was issued to. */
  editor: object({ user: text, client: optional(text) }),
  /** When it happened, by the clock of the command: the time that answers and documents repeat. */
  occurredAt: time,
  $correlationId: text,
  $causationId: text,
  /** W3C trace context of the request, where it had one. */
  traceparent: optional(text),
  /** Why, as the caller has put it; absent: no reason was given. */
  reason: optional(text),
});

/** The metadata of a stored event. */
export type EventMetadata = Infer<typeof eventMetadata>;

/** The metadata of a command's events: all but the schema version, which each event type has for itself. */
export type CommandMetadata = Omit<EventMetadata, 'schemaVersion'>;

/** Every field that stored metadata must have; events without one of them are another program's. */
export const REQUIRED_METADATA = eventMetadata.schema.required as readonly string[];
