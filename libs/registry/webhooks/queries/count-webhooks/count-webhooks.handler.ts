import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DocumentReader, Filter } from '#libs/engine/documents/port/read-model.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { webhooksCollection } from '../../projections/webhooks/webhooks.document.js';
import { CountWebhooksQuery } from './count-webhooks.query.js';

@QueryHandler(CountWebhooksQuery)
export class CountWebhooksHandler implements IQueryHandler<CountWebhooksQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  async execute({ organization }: CountWebhooksQuery): Promise<number> {
    await this.freshness.untilCurrent([{ collection: webhooksCollection }]);
    const filter: Filter =
      organization === undefined
        ? { allOrganizations: true }
        : { 'details.resourceOwner': organization, allOrganizations: false };
    const { total } = await this.documents.find(webhooksCollection, { filter, sort: [['id', 1]], limit: 1 });
    return total;
  }
}
