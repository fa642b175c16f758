import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { authMethods } from '../../enum-words.js';
import { Applications } from '../support/applications.js';
import { UpdateApiConfigCommand } from './update-api-config.command.js';

@CommandHandler(UpdateApiConfigCommand)
export class UpdateApiConfigHandler implements ICommandHandler<UpdateApiConfigCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: UpdateApiConfigCommand): Promise<Details> {
    const { appId } = command;
    const authMethod = authMethods.stored(command.authMethodType);
    return this.applications.change(command, () => ({ type: 'ChangeApiConfig', appId, authMethod }));
  }
}
