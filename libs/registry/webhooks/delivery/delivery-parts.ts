import { RedeliverAllHandler } from './commands/redeliver-all/redeliver-all.handler.js';
import { RedeliverDeliveryHandler } from './commands/redeliver-delivery/redeliver-delivery.handler.js';
import { ReplayWebhookHandler } from './commands/replay-webhook/replay-webhook.handler.js';
import { ReplayRanges } from './commands/support/replay-ranges.js';
import { WebhookAccess } from './commands/support/webhook-access.js';
import { TestWebhookHandler } from './commands/test-webhook/test-webhook.handler.js';
import { DirectorySource } from './directory-source.js';
import { WebhookHandover } from './handover/webhook-handover.js';
import { ListDeliveriesHandler } from './queries/list-deliveries/list-deliveries.handler.js';
import { StoredDeliveries } from './stored-deliveries.js';
import { WebhookDeliveries } from './webhook-deliveries.js';
import { WebhookSender } from './webhook-sender.js';

/** What Nest makes for deliveries and their calls. */
export const deliveryProviders = [
  DirectorySource,
  WebhookSender,
  WebhookHandover,
  WebhookDeliveries,
  WebhookAccess,
  StoredDeliveries,
  ReplayRanges,
  TestWebhookHandler,
  ReplayWebhookHandler,
  RedeliverDeliveryHandler,
  RedeliverAllHandler,
  ListDeliveriesHandler,
] as const;
