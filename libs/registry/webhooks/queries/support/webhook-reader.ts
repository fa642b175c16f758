import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';

/** Who reads webhooks. */
export interface WebhookReader extends ReadContext {
  /** The reader's role holds in all organizations. */
  readonly everywhere: boolean;
}
