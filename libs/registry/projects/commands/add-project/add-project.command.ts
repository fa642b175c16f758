import { AddProjectRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

const Base = commandFrom(
  AddProjectRequestSchema,
  'name',
  'projectRoleAssertion',
  'projectRoleCheck',
  'hasProjectCheck',
  'privateLabelingSetting',
);

/** Adds a project to an organization. */
export class AddProjectCommand extends Base<AddedProject> {
  /** @param projectId the id that the project gets; undefined: a new one */
  constructor(
    request: ConstructorParameters<typeof Base>[0],
    context: CommandContext,
    readonly projectId?: string,
  ) {
    super(request, context);
  }
}

/** A project that has been added. */
export interface AddedProject {
  readonly projectId: string;
  readonly details: Details;
}
