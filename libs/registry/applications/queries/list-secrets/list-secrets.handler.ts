import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { LastUsed } from '#libs/registry/credentials/index.js';
import { timeOf } from '#libs/registry/shared/past/as-of.js';
import { refused } from '#libs/registry/shared/refused.js';
import { applicationRefusals } from '../../application.refusals.js';
import { ApplicationLookup } from '../support/application-lookup.js';
import { type ClientSecrets, ListSecretsQuery } from './list-secrets.query.js';

@QueryHandler(ListSecretsQuery)
export class ListSecretsHandler implements IQueryHandler<ListSecretsQuery> {
  constructor(
    private readonly lookup: ApplicationLookup,
    private readonly usage: LastUsed,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ applicationId, reader }: ListSecretsQuery): Promise<ClientSecrets> {
    const client = await this.lookup.client(applicationId, reader);
    if (client === undefined) throw refused(applicationRefusals, 'SECRET-3qLt8');
    if (reader.asOf !== undefined) {
      // The last use is of the present: it is in no event.
      const now = timeOf(reader.asOf, Date.parse(client.details.changeDate));
      return { client, lastUsed: new Map(), now };
    }
    const ids = client.secrets.map(({ secretId }) => secretId);
    return { client, lastUsed: await this.usage.lastUsed(applicationId, ids), now: this.clock() };
  }
}
