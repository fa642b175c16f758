import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Projects } from '../support/projects.js';
import { ReactivateProjectCommand } from './reactivate-project.command.js';

@CommandHandler(ReactivateProjectCommand)
export class ReactivateProjectHandler implements ICommandHandler<ReactivateProjectCommand> {
  constructor(private readonly projects: Projects) {}

  execute({ id, context }: ReactivateProjectCommand): Promise<Details> {
    return this.projects.change({ type: 'ReactivateProject', projectId: id }, context);
  }
}
