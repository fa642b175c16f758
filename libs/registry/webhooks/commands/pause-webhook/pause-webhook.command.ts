import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { PauseWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { PauseReason } from '../../webhook.events.js';

const Base = commandFrom(PauseWebhookRequestSchema, 'webhookId');

/** Ends the deliveries of a webhook until it is resumed. */
export class PauseWebhookCommand extends Base<Details> {
  /** @param everywhere the caller's role holds in all organizations, or no caller but the server itself pauses it */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly everywhere: boolean,
    readonly reason: PauseReason = 'requested',
  ) {
    super(request, context);
  }
}
