import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReadableDocuments } from '#libs/registry/shared/past/readable-documents.js';
import { type Listed, listed } from '#libs/registry/shared/queries/list.js';
import { ALL_ORGANIZATIONS, webhooksOf } from '../../projections/webhook-lives/webhook-lives.document.js';
import { type WebhookDocument, webhooksCollection } from '../../projections/webhooks/webhooks.document.js';
import { ListWebhooksQuery } from './list-webhooks.query.js';

@QueryHandler(ListWebhooksQuery)
export class ListWebhooksHandler implements IQueryHandler<ListWebhooksQuery> {
  constructor(private readonly readable: ReadableDocuments) {}

  async execute({ page, reader }: ListWebhooksQuery): Promise<Listed<WebhookDocument>> {
    const owners = [reader.organization, ...(reader.everywhere ? [ALL_ORGANIZATIONS] : [])];
    const sources = owners.map((owner) => ({ collection: webhooksCollection, members: webhooksOf(owner) }));
    const documents = await this.readable.of(sources, reader);
    const own = { 'details.resourceOwner': reader.organization, allOrganizations: false };
    const filter = reader.everywhere ? { $or: [own, { allOrganizations: true }] } : own;
    return listed(documents, webhooksCollection, filter, page);
  }
}
