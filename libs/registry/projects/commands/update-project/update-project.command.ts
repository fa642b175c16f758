import { UpdateProjectRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { PrivateLabelingSetting } from '@zitadel/proto/zitadel/project_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import type { ProjectRequest } from '../add-project/add-project.command.js';
import { OnProject } from '../support/on-project.js';

/** Sets everything that can be set of a project: what a request leaves out is set to its zero value. */
export class UpdateProjectCommand extends OnProject<Details> {
  @FollowsContract(UpdateProjectRequestSchema, 'name')
  readonly name: string;

  readonly projectRoleAssertion: boolean;
  readonly projectRoleCheck: boolean;
  readonly hasProjectCheck: boolean;

  @FollowsContract(UpdateProjectRequestSchema, 'privateLabelingSetting')
  readonly privateLabelingSetting: PrivateLabelingSetting;

  constructor(request: ProjectRequest & { readonly id: string }, context: CommandContext) {
    super(request, context);
    this.name = request.name;
    this.projectRoleAssertion = request.projectRoleAssertion;
    this.projectRoleCheck = request.projectRoleCheck;
    this.hasProjectCheck = request.hasProjectCheck;
    this.privateLabelingSetting = request.privateLabelingSetting;
  }
}
