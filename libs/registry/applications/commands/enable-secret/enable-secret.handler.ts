import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Applications } from '../support/applications.js';
import { EnableSecretCommand } from './enable-secret.command.js';

@CommandHandler(EnableSecretCommand)
export class EnableSecretHandler implements ICommandHandler<EnableSecretCommand> {
  constructor(private readonly applications: Applications) {}

  execute({ applicationId: appId, secretId, context }: EnableSecretCommand): Promise<Details> {
    return this.applications.change({ appId, context }, (now) => ({ type: 'EnableSecret', appId, secretId, now }));
  }
}
