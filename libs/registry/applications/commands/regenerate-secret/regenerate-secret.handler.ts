import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newClientSecret } from '../../client-secret.js';
import { Applications } from '../support/applications.js';
import { type RegeneratedSecret, RegenerateSecretCommand } from './regenerate-secret.command.js';

@CommandHandler(RegenerateSecretCommand)
export class RegenerateSecretHandler implements ICommandHandler<RegenerateSecretCommand> {
  constructor(private readonly applications: Applications) {}

  async execute(command: RegenerateSecretCommand): Promise<RegeneratedSecret> {
    const { appId } = command;
    const { secret, hash: secretHash } = newClientSecret();
    const details = await this.applications.change(command, () => ({ type: 'ChangeApiSecret', appId, secretHash }));
    return { clientSecret: secret, details };
  }
}
