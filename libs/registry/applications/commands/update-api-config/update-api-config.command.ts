import type { APIAuthMethodType } from '@zitadel/proto/zitadel/app_pb.js';
import { UpdateAPIAppConfigRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { OnApplication, type OnApplicationRequest } from '../support/on-application.js';

/** Lets an API client authenticate in another way. */
export class UpdateApiConfigCommand extends OnApplication<Details> {
  @FollowsContract(UpdateAPIAppConfigRequestSchema, 'authMethodType')
  readonly authMethodType: APIAuthMethodType;

  constructor(request: OnApplicationRequest & Pick<UpdateApiConfigCommand, 'authMethodType'>, context: CommandContext) {
    super(request, context);
    this.authMethodType = request.authMethodType;
  }
}
