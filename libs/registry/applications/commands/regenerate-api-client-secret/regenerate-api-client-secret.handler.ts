import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { newClientSecret } from '#libs/registry/shared/client-secret.js';
import { Applications } from '../support/applications.js';
import { RegenerateApiClientSecretCommand, type RegeneratedSecret } from './regenerate-api-client-secret.command.js';

@CommandHandler(RegenerateApiClientSecretCommand)
export class RegenerateApiClientSecretHandler implements ICommandHandler<RegenerateApiClientSecretCommand> {
  constructor(
    private readonly applications: Applications,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: RegenerateApiClientSecretCommand): Promise<RegeneratedSecret> {
    const { appId, overlapMs } = command;
    const { secret, stored } = newClientSecret(this.nextId());
    const details = await this.applications.change(command, (now) => ({
      type: 'RegenerateApiClientSecret',
      appId,
      ...stored,
      overlapMs,
      now,
    }));
    return { clientSecret: secret, details };
  }
}
