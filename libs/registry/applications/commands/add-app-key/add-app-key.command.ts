import type { KeyType } from '@zitadel/proto/zitadel/auth_n_key_pb.js';
import { AddAppKeyRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnApplication, type OnApplicationRequest } from '../support/on-application.js';

/** When a key expires for which no time is asked: as late as the contract can say. In milliseconds since 1970. */
export const LATEST_EXPIRATION = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Draws a key for a client that signs its assertions. */
export class AddAppKeyCommand extends OnApplication<AddedAppKey> {
  @FollowsContract(AddAppKeyRequestSchema, 'type')
  readonly type: KeyType;

  /** @param expiresAt in milliseconds since 1970; undefined: {@link LATEST_EXPIRATION} */
  constructor(
    request: OnApplicationRequest & Pick<AddAppKeyCommand, 'type'>,
    context: CommandContext,
    readonly expiresAt: number = LATEST_EXPIRATION,
  ) {
    super(request, context);
    this.type = request.type;
  }
}

/** A key that has just been drawn. */
export interface AddedAppKey {
  readonly keyId: string;
  /** The client that the key speaks for. */
  readonly clientId: string;
  /** The private half, as PEM: shown this once. */
  readonly privateKey: string;
  readonly details: Details;
}
