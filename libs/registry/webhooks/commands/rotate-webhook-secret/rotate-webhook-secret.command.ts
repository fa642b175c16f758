import { RotateWebhookSecretRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookContext } from '../../webhook-context.js';

const Base = commandFrom(RotateWebhookSecretRequestSchema, 'webhookId', 'overlap');

/** Signs the deliveries of a webhook with a new secret. */
export class RotateWebhookSecretCommand extends Base<RotatedSecret, WebhookContext> {}

/** A secret that has been made. */
export interface RotatedSecret {
  /** Only this answer holds it. */
  readonly signingSecret: string;
  readonly secretId: string;
  readonly details: Details;
}
