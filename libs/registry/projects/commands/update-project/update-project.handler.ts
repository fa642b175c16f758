import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { privateLabelingSettings } from '../../enum-words.js';
import { Projects } from '../support/projects.js';
import { UpdateProjectCommand } from './update-project.command.js';

@CommandHandler(UpdateProjectCommand)
export class UpdateProjectHandler implements ICommandHandler<UpdateProjectCommand> {
  constructor(private readonly projects: Projects) {}

  execute(command: UpdateProjectCommand): Promise<Details> {
    const { id, name, projectRoleAssertion, projectRoleCheck, hasProjectCheck } = command;
    return this.projects.change(
      {
        type: 'UpdateProject',
        projectId: id,
        name,
        projectRoleAssertion,
        projectRoleCheck,
        hasProjectCheck,
        privateLabelingSetting: privateLabelingSettings.stored(command.privateLabelingSetting),
      },
      command.context,
    );
  }
}
