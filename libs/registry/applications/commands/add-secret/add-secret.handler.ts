import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { newClientSecret } from '#libs/registry/shared/client-secret.js';
import { clientIdOf } from '../../application.state.js';
import { Applications } from '../support/applications.js';
import { type AddedSecret, AddSecretCommand } from './add-secret.command.js';

@CommandHandler(AddSecretCommand)
export class AddSecretHandler implements ICommandHandler<AddSecretCommand> {
  constructor(
    private readonly applications: Applications,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute({ applicationId: appId, name, expiresAt, context }: AddSecretCommand): Promise<AddedSecret> {
    const secretId = this.nextId();
    const { secret, stored } = newClientSecret(secretId);
    let clientId = '';
    const details = await this.applications.change({ appId, context }, (now, state) => {
      clientId = clientIdOf(state);
      return { type: 'AddSecret', appId, ...stored, name, expiresAt, now };
    });
    return { secretId, clientSecret: secret, clientId, details };
  }
}
