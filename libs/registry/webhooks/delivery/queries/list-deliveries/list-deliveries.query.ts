import { ListDeliveriesRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookReader } from '../../../queries/support/webhook-reader.js';
import type { LoggedAttempt } from '../../state/attempt-log.js';
import type { WaitingDelivery } from '../../stored-deliveries.js';

const Base = queryFrom(ListDeliveriesRequestSchema, 'webhookId', 'filter', 'limit');

/** Attempts, or what waits. */
export type ListedDeliveries =
  | { readonly attempts: readonly LoggedAttempt[] }
  | { readonly waiting: readonly WaitingDelivery[] };

/** Lists the newest attempts to deliver to a webhook, or what waits. */
export class ListDeliveriesQuery extends Base<ListedDeliveries, WebhookReader> {}
