import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { RedeliverDeliveryRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookReader } from '../../../queries/support/webhook-reader.js';

const Base = commandFrom(RedeliverDeliveryRequestSchema, 'webhookId', 'eventId');

/** Has an event sent to a webhook once more. */
export class RedeliverDeliveryCommand extends Base<void> {
  /** @param reader the webhooks that the caller may change @param abandoned aborts when the caller has gone */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly reader: WebhookReader,
    readonly abandoned: AbortSignal,
  ) {
    super(request, context);
  }
}
