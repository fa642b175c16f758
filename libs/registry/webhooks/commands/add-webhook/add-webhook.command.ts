import { AddWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookContext } from '../../webhook-context.js';

const Base = commandFrom(AddWebhookRequestSchema, 'url', 'types', 'projectId', 'allOrganizations', 'from');

/** Adds a webhook to an organization. */
export class AddWebhookCommand extends Base<AddedWebhook, WebhookContext> {}

/** A webhook that has been added. */
export interface AddedWebhook {
  readonly webhookId: string;
  /** Only this answer holds it. */
  readonly signingSecret: string;
  readonly details: Details;
}
