import { TestWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';
import type { DeliveryContext } from '../../../webhook-context.js';
import type { LoggedAttempt } from '../../state/attempt-log.js';

const Base = commandFrom(TestWebhookRequestSchema, 'webhookId');

/** Sends a test event to a webhook. */
export class TestWebhookCommand extends Base<LoggedAttempt, DeliveryContext> {}
