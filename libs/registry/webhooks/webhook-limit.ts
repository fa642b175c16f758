import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/shared/refused.js';
import { CountWebhooksQuery } from './queries/count-webhooks/count-webhooks.query.js';
import { webhookRefusals } from './webhook.refusals.js';

/**
 * Limits the webhooks of an organization, and those of all organizations: each of them is looked at with every event. No
 * stream holds their number, so the documents are counted when they hold every event of the store.
 */
@Injectable()
export class WebhookLimit {
  constructor(
    private readonly dispatcher: Dispatcher,
    @Inject(CONFIGURATION) private readonly configuration: Pick<Configuration, 'webhooksMax'>,
  ) {}

  /**
   * Checks that another webhook may be added.
   *
   * @param organization undefined: it would be one of all organizations
   * @throws ContractError WEBHOOK-Mx6ny: there are too many
   * @throws ReadModelUnavailableError
   */
  async check(organization: string | undefined): Promise<void> {
    const { webhooksMax } = this.configuration;
    const count = await this.dispatcher.query(new CountWebhooksQuery(organization));
    if (count >= webhooksMax) throw refused(webhookRefusals, 'WEBHOOK-Mx6ny', `the limit is ${webhooksMax}`);
  }
}
