import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { TestWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookReader } from '../../../queries/support/webhook-reader.js';
import type { LoggedAttempt } from '../../state/attempt-log.js';

const Base = commandFrom(TestWebhookRequestSchema, 'webhookId');

/** Sends a test event to a webhook. */
export class TestWebhookCommand extends Base<LoggedAttempt> {
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
