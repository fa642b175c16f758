import { randomUUID } from 'node:crypto';
import { PrivateLabelingSetting } from '@zitadel/proto/zitadel/project_pb.js';
import { AddProjectCommand } from '#libs/commands/add-project/add-project.command.js';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import type { Dispatcher } from '#libs/platform/dispatcher.js';

const FIRST_PROJECT_NAME = 'My first project';

/**
 * Makes the first project, unless it has been made by an earlier start.
 *
 * @param first the ids that the development issuer has drawn
 */
export async function addFirstProject(
  dispatcher: Dispatcher,
  first: { readonly organization: string; readonly user: string; readonly project: string },
): Promise<void> {
  const id = randomUUID();
  const settings = {
    name: FIRST_PROJECT_NAME,
    projectRoleAssertion: false,
    projectRoleCheck: false,
    hasProjectCheck: false,
    privateLabelingSetting: PrivateLabelingSetting.UNSPECIFIED,
  };
  const context = {
    organization: first.organization,
    editor: { user: first.user },
    correlationId: id,
    causationId: id,
  };
  try {
    await dispatcher.command(new AddProjectCommand(settings, context, first.project));
  } catch (error) {
    if (!(error instanceof ContractError && error.id === 'COMMAND-opamwu')) throw error;
  }
}
