import { RemoveWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookContext } from '../../webhook-context.js';

const Base = commandFrom(RemoveWebhookRequestSchema, 'webhookId');

/** Removes a webhook permanently. Its events stay. */
export class RemoveWebhookCommand extends Base<Details, WebhookContext> {}
