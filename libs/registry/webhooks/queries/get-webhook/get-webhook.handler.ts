import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReadableDocuments } from '#libs/registry/shared/past/readable-documents.js';
import { refused } from '#libs/registry/shared/refused.js';
import { oneWebhook, type WebhookDocument, webhooksCollection } from '../../projections/webhooks/webhooks.document.js';
import { webhookRefusals } from '../../webhook.refusals.js';
import { seesWebhook } from '../../webhook-visibility.js';
import { GetWebhookQuery } from './get-webhook.query.js';

@QueryHandler(GetWebhookQuery)
export class GetWebhookHandler implements IQueryHandler<GetWebhookQuery> {
  constructor(private readonly readable: ReadableDocuments) {}

  async execute({ webhookId, reader }: GetWebhookQuery): Promise<WebhookDocument> {
    const documents = await this.readable.of([oneWebhook(webhookId)], reader);
    const webhook = await documents.get(webhooksCollection, webhookId);
    if (webhook !== undefined) {
      const { allOrganizations, details } = webhook;
      if (seesWebhook(reader, { allOrganizations, resourceOwner: details.resourceOwner })) return webhook;
    }
    throw refused(webhookRefusals, 'WEBHOOK-Nf4kd');
  }
}
