import { ReplayWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { DeliveryContext } from '../../../webhook-context.js';

const Base = commandFrom(ReplayWebhookRequestSchema, 'webhookId', 'from', 'to', 'types');

/** Has a part of the log sent to a webhook again. Answers the id of the replay. */
export class ReplayWebhookCommand extends Base<string, DeliveryContext> {}
