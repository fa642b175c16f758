import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Applications } from '../support/applications.js';
import { RemoveAppKeyCommand } from './remove-app-key.command.js';

@CommandHandler(RemoveAppKeyCommand)
export class RemoveAppKeyHandler implements ICommandHandler<RemoveAppKeyCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: RemoveAppKeyCommand): Promise<Details> {
    const { appId, keyId } = command;
    return this.applications.change(command, () => ({ type: 'RemoveAppKey', appId, keyId }));
  }
}
