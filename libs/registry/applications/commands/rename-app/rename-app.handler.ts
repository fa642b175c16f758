import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Applications } from '../support/applications.js';
import { RenameAppCommand } from './rename-app.command.js';

@CommandHandler(RenameAppCommand)
export class RenameAppHandler implements ICommandHandler<RenameAppCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: RenameAppCommand): Promise<Details> {
    const { appId, name } = command;
    return this.applications.change(command, () => ({ type: 'RenameApplication', appId, name }));
  }
}
