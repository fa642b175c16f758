import { UpdateAppRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { FollowsContract } from '#libs/contract/follows-contract.js';
import type { CommandContext } from '../support/command-context.js';
import type { Details } from '../support/details.js';
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
