import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Projects } from '../support/projects.js';
import { DeactivateProjectCommand } from './deactivate-project.command.js';

@CommandHandler(DeactivateProjectCommand)
export class DeactivateProjectHandler implements ICommandHandler<DeactivateProjectCommand> {
  constructor(private readonly projects: Projects) {}

  execute({ id, context }: DeactivateProjectCommand): Promise<Details> {
    return this.projects.change({ type: 'DeactivateProject', projectId: id }, context);
  }
}
