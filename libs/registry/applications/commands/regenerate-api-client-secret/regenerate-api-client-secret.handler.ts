import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newClientSecret } from '../../client-secret.js';
import { Applications } from '../support/applications.js';
import { RegenerateApiClientSecretCommand, type RegeneratedSecret } from './regenerate-api-client-secret.command.js';

@CommandHandler(RegenerateApiClientSecretCommand)
export class RegenerateApiClientSecretHandler implements ICommandHandler<RegenerateApiClientSecretCommand> {
  constructor(private readonly applications: Applications) {}

  async execute(command: RegenerateApiClientSecretCommand): Promise<RegeneratedSecret> {
    const { appId } = command;
    const { secret, hash: secretHash } = newClientSecret();
    const details = await this.applications.change(command, () => ({
      type: 'RegenerateApiClientSecret',
      appId,
      secretHash,
    }));
    return { clientSecret: secret, details };
  }
}
