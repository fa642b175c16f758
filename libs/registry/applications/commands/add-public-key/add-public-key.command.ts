import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { AddPublicKeyRequestSchema } from '#libs/registry/contract/gen/appledger/v1/keys_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import { LATEST_EXPIRATION } from '../../expiration.js';

const Base = commandFrom(AddPublicKeyRequestSchema, 'applicationId', 'pem', 'jwk');

/** Registers a public key of a client that authenticates with signed assertions. */
export class AddPublicKeyCommand extends Base<AddedPublicKey> {
  /** @param expiresAt in milliseconds since 1970; undefined: {@link LATEST_EXPIRATION} */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly expiresAt: number = LATEST_EXPIRATION,
  ) {
    super(request, context);
  }
}

/** A public key that has been registered. */
export interface AddedPublicKey {
  readonly keyId: string;
  /** The client that authenticates with the key. */
  readonly clientId: string;
  readonly details: Details;
}
