import { Query } from '@nestjs/cqrs';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import type { ListWebhooksRequest } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import { type Listed, Page } from '#libs/registry/shared/queries/list.js';
import type { WebhookDocument } from '../../projections/webhooks/webhooks.document.js';
import type { WebhookReader } from '../support/webhook-reader.js';

/** Lists the webhooks that a reader sees. */
export class ListWebhooksQuery extends Query<Listed<WebhookDocument>> {
  @NestedRules()
  readonly page: Page;

  constructor(
    { query }: Pick<ListWebhooksRequest, 'query'>,
    readonly reader: WebhookReader,
  ) {
    super();
    this.page = new Page(query);
  }
}
