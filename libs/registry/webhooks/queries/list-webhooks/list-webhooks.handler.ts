import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { type Listed, listed } from '#libs/registry/shared/queries/list.js';
import { type WebhookDocument, webhooksCollection } from '../../projections/webhooks/webhooks.document.js';
import { ListWebhooksQuery } from './list-webhooks.query.js';

@QueryHandler(ListWebhooksQuery)
export class ListWebhooksHandler implements IQueryHandler<ListWebhooksQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  async execute({ page, reader }: ListWebhooksQuery): Promise<Listed<WebhookDocument>> {
    await this.freshness.waitUntilFresh([{ collection: webhooksCollection }], reader);
    const own = { 'details.resourceOwner': reader.organization, allOrganizations: false };
    const filter = reader.everywhere ? { $or: [own, { allOrganizations: true }] } : own;
    return listed(this.documents, webhooksCollection, filter, page);
  }
}
