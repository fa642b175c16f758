import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/shared/refused.js';
import { applicationRefusals } from '../../application.refusals.js';
import { ApplicationLookup } from '../support/application-lookup.js';
import { type ClientSecrets, ListSecretsQuery } from './list-secrets.query.js';

@QueryHandler(ListSecretsQuery)
export class ListSecretsHandler implements IQueryHandler<ListSecretsQuery> {
  constructor(
    private readonly lookup: ApplicationLookup,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ applicationId, reader }: ListSecretsQuery): Promise<ClientSecrets> {
    const client = await this.lookup.client(applicationId, reader);
    if (client === undefined) throw refused(applicationRefusals, 'SECRET-3qLt8');
    return { client, lastUsed: new Map(), now: this.clock() };
  }
}
