import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { AddWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

const Base = commandFrom(AddWebhookRequestSchema, 'url', 'types', 'projectId', 'allOrganizations', 'from');

/** Adds a webhook to an organization. */
export class AddWebhookCommand extends Base<AddedWebhook> {
  /** @param everywhere the caller's role holds in all organizations */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly everywhere: boolean,
  ) {
    super(request, context);
  }
}

/** A webhook that has been added. */
export interface AddedWebhook {
  readonly webhookId: string;
  /** Only this answer holds it. */
  readonly signingSecret: string;
  readonly details: Details;
}
