import { ReplayRanges } from './calls/replay-range.js';
import { StoredDeliveries } from './calls/stored-deliveries.js';
import { WebhookAccess } from './calls/webhook-access.js';
import { DirectorySource } from './directory-source.js';
import { WebhookDeliveries } from './webhook-deliveries.js';
import { WebhookSender } from './webhook-sender.js';

/** What Nest makes for deliveries and their calls. */
export const deliveryProviders = [
  DirectorySource,
  WebhookSender,
  WebhookDeliveries,
  WebhookAccess,
  StoredDeliveries,
  ReplayRanges,
] as const;
