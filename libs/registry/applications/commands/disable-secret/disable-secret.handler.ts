import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { SecretsInUse } from '../support/secrets-in-use.js';
import { DisableSecretCommand } from './disable-secret.command.js';

@CommandHandler(DisableSecretCommand)
export class DisableSecretHandler implements ICommandHandler<DisableSecretCommand> {
  constructor(private readonly secrets: SecretsInUse) {}

  execute(command: DisableSecretCommand): Promise<Details> {
    return this.secrets.take('DisableSecret', command);
  }
}
