import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { ResumeWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

const Base = commandFrom(ResumeWebhookRequestSchema, 'webhookId');

/** Lets deliveries of a paused webhook continue where they ended. */
export class ResumeWebhookCommand extends Base<Details> {
  /** @param everywhere the caller's role holds in all organizations */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly everywhere: boolean,
  ) {
    super(request, context);
  }
}
