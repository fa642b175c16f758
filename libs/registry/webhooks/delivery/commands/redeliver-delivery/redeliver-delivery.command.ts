import { RedeliverDeliveryRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { DeliveryContext } from '../../../webhook-context.js';

const Base = commandFrom(RedeliverDeliveryRequestSchema, 'webhookId', 'eventId');

/** Has an event sent to a webhook once more. */
export class RedeliverDeliveryCommand extends Base<void, DeliveryContext> {}
