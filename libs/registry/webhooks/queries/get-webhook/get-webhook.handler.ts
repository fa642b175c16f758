import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { refused } from '#libs/registry/shared/refused.js';
import { oneWebhook, type WebhookDocument, webhooksCollection } from '../../projections/webhooks/webhooks.document.js';
import { webhookRefusals } from '../../webhook.refusals.js';
import { seesWebhook } from '../../webhook-visibility.js';
import { GetWebhookQuery } from './get-webhook.query.js';

@QueryHandler(GetWebhookQuery)
export class GetWebhookHandler implements IQueryHandler<GetWebhookQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  async execute({ webhookId, reader }: GetWebhookQuery): Promise<WebhookDocument> {
    await this.freshness.waitUntilFresh([oneWebhook(webhookId)], reader);
    const webhook = await this.documents.get(webhooksCollection, webhookId);
    if (webhook !== undefined) {
      const { allOrganizations, details } = webhook;
      if (seesWebhook(reader, { allOrganizations, resourceOwner: details.resourceOwner })) return webhook;
    }
    throw refused(webhookRefusals, 'WEBHOOK-Nf4kd');
  }
}
