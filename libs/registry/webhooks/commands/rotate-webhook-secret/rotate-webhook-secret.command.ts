import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { RotateWebhookSecretRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

const Base = commandFrom(RotateWebhookSecretRequestSchema, 'webhookId', 'overlap');

/** Signs the deliveries of a webhook with a new secret. */
export class RotateWebhookSecretCommand extends Base<RotatedSecret> {
  /** @param everywhere the caller's role holds in all organizations */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly everywhere: boolean,
  ) {
    super(request, context);
  }
}

/** A secret that has been made. */
export interface RotatedSecret {
  /** Only this answer holds it. */
  readonly signingSecret: string;
  readonly secretId: string;
  readonly details: Details;
}
