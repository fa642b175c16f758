import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { keysUrlFault } from '#libs/registry/shared/public-keys/keys-url-fault.js';
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
    const fault = keysUrlFault(jwksUri, { allowPrivate: this.configuration.jwksPrivateAddresses });
    if (fault !== undefined) throw refused(applicationRefusals, 'KEY-Ju2fB', `it ${fault}`);
    return this.applications.change({ appId, context }, () => ({ type: 'SetJwksUri', appId, jwksUri }));
  }
}
