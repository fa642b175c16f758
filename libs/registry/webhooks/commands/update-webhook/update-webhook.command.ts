import { UpdateWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookContext } from '../../webhook-context.js';

const Base = commandFrom(UpdateWebhookRequestSchema, 'webhookId', 'url', 'types');

/** Sets where the events of a webhook are sent, and of which types. */
export class UpdateWebhookCommand extends Base<Details, WebhookContext> {}
