import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { ReplayWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookReader } from '../../../queries/support/webhook-reader.js';

const Base = commandFrom(ReplayWebhookRequestSchema, 'webhookId', 'from', 'to', 'types');

/** Has a part of the log sent to a webhook again. Answers the id of the replay. */
export class ReplayWebhookCommand extends Base<string> {
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
