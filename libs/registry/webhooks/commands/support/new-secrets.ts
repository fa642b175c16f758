import { Inject, Injectable } from '@nestjs/common';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/shared/refused.js';
import { webhookRefusals } from '../../webhook.refusals.js';
import { WebhookKeys } from '../../webhook-keys.js';

/** A new signing secret, and what is stored of it. */
export interface NewSecret {
  readonly secretId: string;
  readonly keyId: string;
  /** In the form of Standard Webhooks; stored nowhere. */
  readonly signingSecret: string;
}

/** Makes signing secrets of webhooks. */
@Injectable()
export class NewSecrets {
  constructor(
    private readonly keys: WebhookKeys,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  /** @throws ContractError WEBHOOK-Ky8nO: the server has no key */
  async next(webhookId: string): Promise<NewSecret> {
    const keyId = await this.keys.current();
    const secretId = this.nextId();
    const signingSecret = keyId && this.keys.secretOf(webhookId, { secretId, keyId });
    if (keyId === undefined || signingSecret === undefined) throw refused(webhookRefusals, 'WEBHOOK-Ky8nO');
    return { secretId, keyId, signingSecret };
  }
}
