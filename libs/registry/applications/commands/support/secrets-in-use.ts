import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { LastUsed } from '#libs/registry/credentials/index.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import type { DisableOrRemoveSecret } from '../../application-secrets.js';
import { Applications } from './applications.js';

const HOUR_MS = 3_600_000;

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
  readonly #inUseMs: number;

  constructor(
    private readonly applications: Applications,
    private readonly usage: LastUsed,
    @Inject(CONFIGURATION) { secretInUseHours }: Pick<Configuration, 'secretInUseHours'>,
  ) {
    this.#inUseMs = secretInUseHours * HOUR_MS;
  }

  /**
   * Takes a secret from its client.
   *
   * @throws ContractError SECRET-Us3dR: the secret is in use
   * @throws ReadModelUnavailableError it is not known now whether the secret is in use
   */
  async take(
    type: DisableOrRemoveSecret['type'],
    { applicationId: appId, secretId, force, context }: SecretToTake,
  ): Promise<Details> {
    const inUseMs = force ? 0 : this.#inUseMs;
    const used = inUseMs === 0 ? undefined : await this.usage.lastUsed(appId, [secretId]);
    const lastUsedAt = used?.get(secretId);
    return this.applications.change({ appId, context }, (now) => ({ type, appId, secretId, lastUsedAt, inUseMs, now }));
  }
}
