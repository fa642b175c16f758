import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Applications } from '../support/applications.js';
import { RemoveJwksUriCommand } from './remove-jwks-uri.command.js';

@CommandHandler(RemoveJwksUriCommand)
export class RemoveJwksUriHandler implements ICommandHandler<RemoveJwksUriCommand> {
  constructor(private readonly applications: Applications) {}

  execute({ applicationId: appId, context }: RemoveJwksUriCommand): Promise<Details> {
    return this.applications.change({ appId, context }, () => ({ type: 'RemoveJwksUri', appId }));
  }
}
