import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { publishedAtFault } from '#libs/registry/shared/public-keys/published-at.js';
import { refused } from '#libs/registry/shared/refused.js';
import { applicationRefusals } from '../../application.refusals.js';
import { Applications } from '../support/applications.js';
import { SetJwksUriCommand } from './set-jwks-uri.command.js';

@CommandHandler(SetJwksUriCommand)
export class SetJwksUriHandler implements ICommandHandler<SetJwksUriCommand> {
  constructor(
    private readonly applications: Applications,
    @Inject(CONFIGURATION) private readonly configuration: Pick<Configuration, 'jwksPrivateAddresses'>,
  ) {}

  async execute({ applicationId: appId, jwksUri, context }: SetJwksUriCommand): Promise<Details> {
    const fault = publishedAtFault(jwksUri, this.configuration.jwksPrivateAddresses);
    if (fault !== undefined) throw refused(applicationRefusals, 'KEY-Ju2fB', fault);
    return this.applications.change({ appId, context }, () => ({ type: 'SetJwksUri', appId, jwksUri }));
  }
}
