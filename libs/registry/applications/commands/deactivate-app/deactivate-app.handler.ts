import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Applications } from '../support/applications.js';
import { DeactivateAppCommand } from './deactivate-app.command.js';

@CommandHandler(DeactivateAppCommand)
export class DeactivateAppHandler implements ICommandHandler<DeactivateAppCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: DeactivateAppCommand): Promise<Details> {
    const { appId } = command;
    return this.applications.change(command, () => ({ type: 'DeactivateApp', appId }));
  }
}
