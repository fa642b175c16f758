import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Applications } from '../support/applications.js';
import type { Details } from '../support/details.js';
import { RemoveAppCommand } from './remove-app.command.js';

@CommandHandler(RemoveAppCommand)
export class RemoveAppHandler implements ICommandHandler<RemoveAppCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: RemoveAppCommand): Promise<Details> {
    const { appId } = command;
    return this.applications.change(command, () => ({ type: 'RemoveApplication', appId }));
  }
}
