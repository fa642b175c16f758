import { ResumeWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookContext } from '../../webhook-context.js';

const Base = commandFrom(ResumeWebhookRequestSchema, 'webhookId');

/** Lets deliveries of a paused webhook continue where they ended. */
export class ResumeWebhookCommand extends Base<Details, WebhookContext> {}
