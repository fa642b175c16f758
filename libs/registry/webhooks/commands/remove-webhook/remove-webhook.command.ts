import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { RemoveWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

const Base = commandFrom(RemoveWebhookRequestSchema, 'webhookId');

/** Removes a webhook permanently. Its events stay. */
export class RemoveWebhookCommand extends Base<Details> {
  /** @param everywhere the caller's role holds in all organizations */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly everywhere: boolean,
  ) {
    super(request, context);
  }
}
