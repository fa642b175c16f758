import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { RedeliverAllRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookReader } from '../../../queries/support/webhook-reader.js';

const Base = commandFrom(RedeliverAllRequestSchema, 'webhookId');

/** Has everything sent to a webhook that is parked. Answers the number of subjects. */
export class RedeliverAllCommand extends Base<number> {
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
