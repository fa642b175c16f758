import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Applications } from '../support/applications.js';
import { ReactivateAppCommand } from './reactivate-app.command.js';

@CommandHandler(ReactivateAppCommand)
export class ReactivateAppHandler implements ICommandHandler<ReactivateAppCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: ReactivateAppCommand): Promise<Details> {
    const { appId } = command;
    return this.applications.change(command, () => ({ type: 'ReactivateApp', appId }));
  }
}
