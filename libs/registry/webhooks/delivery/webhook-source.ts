import type { Selection } from '#libs/registry/feed/index.js';

/** A webhook, as far as deliveries need it. */
export interface WebhookTarget {
  readonly id: string;
  readonly url: string;
  /** The events that it gets. */
  readonly selection: Selection;
  /** It gets the events after this position. */
  readonly after: bigint;
  readonly isPaused: boolean;
  /** The active signing secrets: `whsec_` and base64. Empty: nothing can be signed now. */
  readonly secrets: readonly string[];
}

/** Why deliveries pause a webhook: its receiver answers 410, or every delivery has failed for days. */
export type DeliveryPause = 'gone' | 'failing';

/** The webhooks that there are. */
export abstract class WebhookSource {
  /** Resolves when every webhook that has been added is known, or the signal aborts. */
  abstract ready(signal: AbortSignal): Promise<void>;

  /** All webhooks as they are now. */
  abstract all(): readonly WebhookTarget[];

  /** Pauses a webhook on the record. Does nothing if it is paused or removed already. @throws Error try again later */
  abstract pause(id: string, reason: DeliveryPause): Promise<void>;
}
