import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { WebhookReader } from './queries/support/webhook-reader.js';

/** Who changes webhooks. */
export interface WebhookContext extends CommandContext {
  /** The caller's role holds in all organizations, or no caller but the server itself changes the webhook. */
  readonly everywhere: boolean;
}

/** Who asks for deliveries to webhooks. */
export interface DeliveryContext extends CommandContext {
  /** The webhooks that the caller may change. */
  readonly reader: WebhookReader;
}
