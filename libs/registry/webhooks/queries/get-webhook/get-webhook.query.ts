import { GetWebhookRequestSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { WebhookDocument } from '../../projections/webhooks/webhooks.document.js';
import type { WebhookReader } from '../support/webhook-reader.js';

const Base = queryFrom(GetWebhookRequestSchema, 'webhookId');

/** Reads one webhook. */
export class GetWebhookQuery extends Base<WebhookDocument, WebhookReader> {}
