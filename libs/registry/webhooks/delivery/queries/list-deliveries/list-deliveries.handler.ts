import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DeliveryFilter } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { WebhookAccess } from '../../commands/support/webhook-access.js';
import { StoredDeliveries } from '../../stored-deliveries.js';
import { ListDeliveriesQuery, type ListedDeliveries } from './list-deliveries.query.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

@QueryHandler(ListDeliveriesQuery)
export class ListDeliveriesHandler implements IQueryHandler<ListDeliveriesQuery> {
  constructor(
    private readonly access: WebhookAccess,
    private readonly stored: StoredDeliveries,
  ) {}

  async execute({ webhookId, filter, limit, reader }: ListDeliveriesQuery): Promise<ListedDeliveries> {
    await this.access.check(webhookId, reader);
    const most = Math.min(limit || DEFAULT_LIMIT, MAX_LIMIT);
    if (filter !== DeliveryFilter.FAILING && filter !== DeliveryFilter.PARKED) {
      return { attempts: (await this.stored.attempts(webhookId)).slice(0, most) };
    }
    const isWanted = ({ subject }: { readonly subject: { readonly parkedAt?: number } }) =>
      (subject.parkedAt !== undefined) === (filter === DeliveryFilter.PARKED);
    return { waiting: (await this.stored.waiting(webhookId)).filter(isWanted).slice(0, most) };
  }
}
