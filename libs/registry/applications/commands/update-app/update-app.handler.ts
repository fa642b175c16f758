import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Applications } from '../support/applications.js';
import { UpdateAppCommand } from './update-app.command.js';

@CommandHandler(UpdateAppCommand)
export class UpdateAppHandler implements ICommandHandler<UpdateAppCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: UpdateAppCommand): Promise<Details> {
    const { appId, name } = command;
    return this.applications.change(command, () => ({ type: 'UpdateApp', appId, name }));
  }
}
