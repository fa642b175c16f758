import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Applications } from '../support/applications.js';
import type { Details } from '../support/details.js';
import { DeactivateAppCommand } from './deactivate-app.command.js';

@CommandHandler(DeactivateAppCommand)
export class DeactivateAppHandler implements ICommandHandler<DeactivateAppCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: DeactivateAppCommand): Promise<Details> {
    const { appId } = command;
    return this.applications.change(command, () => ({ type: 'DeactivateApplication', appId }));
  }
}
