import { UpdateAppRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnApplication, type OnApplicationRequest } from '../support/on-application.js';

/** Gives an application another name. */
export class RenameAppCommand extends OnApplication<Details> {
  @FollowsContract(UpdateAppRequestSchema, 'name')
  readonly name: string;

  constructor(request: OnApplicationRequest & Pick<RenameAppCommand, 'name'>, context: CommandContext) {
    super(request, context);
    this.name = request.name;
  }
}
