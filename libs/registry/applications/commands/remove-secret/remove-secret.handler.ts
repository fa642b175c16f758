import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { SecretsInUse } from '../support/secrets-in-use.js';
import { RemoveSecretCommand } from './remove-secret.command.js';

@CommandHandler(RemoveSecretCommand)
export class RemoveSecretHandler implements ICommandHandler<RemoveSecretCommand> {
  constructor(private readonly secrets: SecretsInUse) {}

  execute(command: RemoveSecretCommand): Promise<Details> {
    return this.secrets.take('RemoveSecret', command);
  }
}
