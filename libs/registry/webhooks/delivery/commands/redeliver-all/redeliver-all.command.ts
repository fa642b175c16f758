import { RedeliverAllRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { DeliveryContext } from '../../../webhook-context.js';

const Base = commandFrom(RedeliverAllRequestSchema, 'webhookId');

/** Has everything sent to a webhook that is parked. Answers the number of subjects. */
export class RedeliverAllCommand extends Base<number, DeliveryContext> {}
