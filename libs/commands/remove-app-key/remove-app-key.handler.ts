import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Applications } from '../support/applications.js';
import type { Details } from '../support/details.js';
import { RemoveAppKeyCommand } from './remove-app-key.command.js';

@CommandHandler(RemoveAppKeyCommand)
export class RemoveAppKeyHandler implements ICommandHandler<RemoveAppKeyCommand> {
  constructor(private readonly applications: Applications) {}

  execute(command: RemoveAppKeyCommand): Promise<Details> {
    const { appId, keyId } = command;
    return this.applications.change(command, () => ({ type: 'RemoveApplicationKey', appId, keyId }));
  }
}
