import { PauseWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { PauseReason } from '../../webhook.events.js';
import type { WebhookContext } from '../../webhook-context.js';

const Base = commandFrom(PauseWebhookRequestSchema, 'webhookId');

/** Ends the deliveries of a webhook until it is resumed. */
export class PauseWebhookCommand extends Base<Details, WebhookContext> {
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: WebhookContext,
    readonly reason: PauseReason = 'requested',
  ) {
    super(request, context);
  }
}
