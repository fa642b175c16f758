import { Command } from '@nestjs/cqrs';
import { AddProjectRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { PrivateLabelingSetting } from '@zitadel/proto/zitadel/project_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { Details } from '#libs/registry/shared/commands/details.js';

/** What a project is asked to be. */
export type ProjectRequest = Pick<
  AddProjectCommand,
  'name' | 'projectRoleAssertion' | 'projectRoleCheck' | 'hasProjectCheck' | 'privateLabelingSetting'
>;

/** Starts a project in an organization. */
export class AddProjectCommand extends Command<AddedProject> {
  @FollowsContract(AddProjectRequestSchema, 'name')
  readonly name: string;

  readonly projectRoleAssertion: boolean;
  readonly projectRoleCheck: boolean;
  readonly hasProjectCheck: boolean;

  @FollowsContract(AddProjectRequestSchema, 'privateLabelingSetting')
  readonly privateLabelingSetting: PrivateLabelingSetting;

  /** @param projectId the id it is to have; undefined: a new one */
  constructor(
    request: ProjectRequest,
    readonly context: CommandContext,
    readonly projectId?: string,
  ) {
    super();
    this.name = request.name;
    this.projectRoleAssertion = request.projectRoleAssertion;
    this.projectRoleCheck = request.projectRoleCheck;
    this.hasProjectCheck = request.hasProjectCheck;
    this.privateLabelingSetting = request.privateLabelingSetting;
  }
}

export interface AddedProject {
  readonly projectId: string;
  readonly details: Details;
}
