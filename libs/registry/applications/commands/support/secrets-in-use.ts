import { Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import type { DisableOrRemoveSecret } from '../../application-secrets.js';
import { Applications } from './applications.js';

/** A secret, and whether it is taken from its client although it was used a short time ago. */
interface SecretToTake {
  readonly applicationId: string;
  readonly secretId: string;
  readonly force: boolean;
  readonly context: CommandContext;
}

/** Takes secrets from clients, unless they are in use. */
@Injectable()
export class SecretsInUse {
  constructor(private readonly applications: Applications) {}

  /** @throws ContractError SECRET-Us3dR: the secret is in use */
  take(
    type: DisableOrRemoveSecret['type'],
    { applicationId: appId, secretId, context }: SecretToTake,
  ): Promise<Details> {
    const inUseMs = 0;
    return this.applications.change({ appId, context }, (now) => ({ type, appId, secretId, inUseMs, now }));
  }
}
