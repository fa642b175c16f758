import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { AddSecretRequestSchema } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

const Base = commandFrom(AddSecretRequestSchema, 'applicationId', 'name');

/** Adds a secret to an API client, beside the ones that it has. */
export class AddSecretCommand extends Base<AddedSecret> {
  /** @param expiresAt in milliseconds since 1970; undefined: it does not expire */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly expiresAt: number | undefined,
  ) {
    super(request, context);
  }
}

/** A secret that has been added. */
export interface AddedSecret {
  readonly secretId: string;
  /** Only this answer holds it. */
  readonly clientSecret: string;
  /** The client that authenticates with it. */
  readonly clientId: string;
  readonly details: Details;
}
