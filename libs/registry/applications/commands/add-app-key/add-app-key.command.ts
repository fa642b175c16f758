import { AddAppKeyRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import { LATEST_EXPIRATION } from '../../expiration.js';

const Base = commandFrom(AddAppKeyRequestSchema, 'projectId', 'appId', 'type');

/** Adds a key to a client that authenticates with signed assertions. */
export class AddAppKeyCommand extends Base<AddedAppKey> {
  /** @param expiresAt in milliseconds since 1970; undefined: {@link LATEST_EXPIRATION} */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly expiresAt: number = LATEST_EXPIRATION,
  ) {
    super(request, context);
  }
}

/** A key that has been added. */
export interface AddedAppKey {
  readonly keyId: string;
  /** The client that authenticates with the key. */
  readonly clientId: string;
  /** The private half, as PEM: only this answer holds it. */
  readonly privateKey: string;
  readonly details: Details;
}
