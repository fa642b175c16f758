import { type EventOf, publicEvent } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { flag, type Infer, list, object, oneOf, optional, text, time } from '#libs/engine/kernel/shape.js';

/** The streams of webhooks. */
export const webhookStreams: StreamKind = { prefix: 'webhook-', id: '\\d+' };

/** The stream of one webhook: its version is the webhook's sequence. */
export function webhookStream(webhookId: string): string {
  return `${webhookStreams.prefix}${webhookId}`;
}

const pauseReason = oneOf('requested', 'gone', 'failing');

/**
 * Why nothing is delivered: a caller has asked for it, the receiver has answered that it is gone (410), or every
 * delivery has failed for days.
 */
export type PauseReason = Infer<typeof pauseReason>;

/**
 * Stored shapes are frozen; see application.events.ts. No event holds a signing secret: it follows from the server's
 * key `keyId`, the webhook and `secretId`.
 */
export const webhookEvents = {
  WebhookAdded: publicEvent(
    'webhook.added',
    object({
      webhookId: text,
      url: text,
      /** Public names of the types of events that are delivered; empty: all. */
      types: list(text),
      /** Only events of this project. */
      projectId: optional(text),
      /** Events of all organizations, not only of the one that owns the webhook. */
      allOrganizations: flag,
      /** Where delivery begins, as it was requested: `now`, `beginning`, a time or a cursor. */
      from: text,
      /** The position that a time or a cursor meant, in the event log with this identity. */
      after: optional(text),
      log: optional(text),
      secretId: text,
      keyId: text,
    }),
  ),
  /** Contains only what has changed. */
  WebhookChanged: publicEvent(
    'webhook.changed',
    object({ webhookId: text, url: optional(text), types: optional(list(text)) }),
  ),
  /** The webhook keeps its place in the event log. */
  WebhookPaused: publicEvent('webhook.paused', object({ webhookId: text, reason: pauseReason })),
  WebhookResumed: publicEvent('webhook.resumed', object({ webhookId: text })),
  /** Deliveries are signed with a new secret, and until `formerUntil` with the former ones too. */
  WebhookSecretRotated: publicEvent(
    'webhook.secret.rotated',
    object({ webhookId: text, secretId: text, keyId: text, formerUntil: time }),
  ),
  /** The last event of its stream. */
  WebhookRemoved: publicEvent('webhook.removed', object({ webhookId: text })),
} as const;

export type WebhookEvent = EventOf<typeof webhookEvents>;
