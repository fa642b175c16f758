import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Projects } from '../support/projects.js';
import { RemoveProjectCommand } from './remove-project.command.js';

@CommandHandler(RemoveProjectCommand)
export class RemoveProjectHandler implements ICommandHandler<RemoveProjectCommand> {
  constructor(private readonly projects: Projects) {}

  execute({ id, context }: RemoveProjectCommand): Promise<Details> {
    return this.projects.change({ type: 'RemoveProject', projectId: id }, context);
  }
}
