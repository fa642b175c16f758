import { RemoveAppKeyRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnApplication, type OnApplicationRequest } from '../support/on-application.js';

/** Ends a key: nothing that it signs is accepted any more. */
export class RemoveAppKeyCommand extends OnApplication<Details> {
  @FollowsContract(RemoveAppKeyRequestSchema, 'keyId')
  readonly keyId: string;

  constructor(request: OnApplicationRequest & Pick<RemoveAppKeyCommand, 'keyId'>, context: CommandContext) {
    super(request, context);
    this.keyId = request.keyId;
  }
}
