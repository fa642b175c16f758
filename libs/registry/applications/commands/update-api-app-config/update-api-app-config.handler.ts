import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { authMethods } from '../../enum-words.js';
import { Applications } from '../support/applications.js';
import { UpdateApiAppConfigCommand } from './update-api-app-config.command.js';

@CommandHandler(UpdateApiAppConfigCommand)
export class UpdateApiAppConfigHandler implements ICommandHandler<UpdateApiAppConfigCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: UpdateApiAppConfigCommand): Promise<Details> {
    const { appId } = command;
    const authMethod = authMethods.stored(command.authMethodType);
    return this.applications.change(command, () => ({ type: 'UpdateApiAppConfig', appId, authMethod }));
  }
}
