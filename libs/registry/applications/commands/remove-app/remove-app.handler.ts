import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Applications } from '../support/applications.js';
import { RemoveAppCommand } from './remove-app.command.js';

@CommandHandler(RemoveAppCommand)
export class RemoveAppHandler implements ICommandHandler<RemoveAppCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: RemoveAppCommand): Promise<Details> {
    const { appId } = command;
    return this.applications.change(command, () => ({ type: 'RemoveApp', appId }));
  }
}
