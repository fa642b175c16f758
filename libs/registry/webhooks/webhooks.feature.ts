import { webhookDeliveryService, webhookService } from '#libs/registry/contract/services.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { AddWebhookHandler } from './commands/add-webhook/add-webhook.handler.js';
import { PauseWebhookHandler } from './commands/pause-webhook/pause-webhook.handler.js';
import { RemoveWebhookHandler } from './commands/remove-webhook/remove-webhook.handler.js';
import { ResumeWebhookHandler } from './commands/resume-webhook/resume-webhook.handler.js';
import { RotateWebhookSecretHandler } from './commands/rotate-webhook-secret/rotate-webhook-secret.handler.js';
import { Beginnings } from './commands/support/beginnings.js';
import { Destinations } from './commands/support/destinations.js';
import { NewSecrets } from './commands/support/new-secrets.js';
import { Webhooks } from './commands/support/webhooks.js';
import { UpdateWebhookHandler } from './commands/update-webhook/update-webhook.handler.js';
import { deliveryRefusals } from './delivery/delivery.refusals.js';
import { deliveryProviders } from './delivery/delivery-parts.js';
import { WebhookDeliveries } from './delivery/webhook-deliveries.js';
import { WebhookDeliveriesRpc } from './delivery/webhook-deliveries.rpc.js';
import { LogPlaces } from './log-places.js';
import { webhookLivesProjection } from './projections/webhook-lives/webhook-lives.projection.js';
import { webhooksProjection } from './projections/webhooks/webhooks.projection.js';
import { CountWebhooksHandler } from './queries/count-webhooks/count-webhooks.handler.js';
import { GetWebhookHandler } from './queries/get-webhook/get-webhook.handler.js';
import { ListWebhooksHandler } from './queries/list-webhooks/list-webhooks.handler.js';
import { webhookEvents, webhookStreams } from './webhook.events.js';
import { webhookRefusals } from './webhook.refusals.js';
import { WebhookDirectory } from './webhook-directory.js';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookLimit } from './webhook-limit.js';
import { webhookView } from './webhook-view.js';
import { WebhooksRpc } from './webhooks.rpc.js';

/** Webhooks: URLs to which events are sent. */
export const webhooksFeature: Feature = {
  name: 'webhooks',
  events: webhookEvents,
  streams: [
    {
      ...webhookStreams,
      idText: '<webhookId>',
      holds: "one webhook; its version is the webhook's sequence",
      aggregateType: 'webhook',
      events: webhookEvents,
    },
  ],
  refusals: { ...webhookRefusals, ...deliveryRefusals },
  providers: [
    WebhookKeys,
    WebhookDirectory,
    Webhooks,
    Destinations,
    LogPlaces,
    Beginnings,
    NewSecrets,
    WebhookLimit,
    AddWebhookHandler,
    UpdateWebhookHandler,
    PauseWebhookHandler,
    ResumeWebhookHandler,
    RotateWebhookSecretHandler,
    RemoveWebhookHandler,
    CountWebhooksHandler,
    GetWebhookHandler,
    ListWebhooksHandler,
    ...deliveryProviders,
  ],
  projections: [webhooksProjection, webhookLivesProjection],
  views: [webhookView],
  work: [WebhookDeliveries],
  services: [webhookService, webhookDeliveryService],
  calls: [WebhooksRpc, WebhookDeliveriesRpc],
  groups: { Webhooks: 'URLs to which events are sent.' },
  permissions: {
    'webhook.read': ['IAM_OWNER', 'IAM_OWNER_VIEWER', 'IAM_ORG_MANAGER', 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
    'webhook.write': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER'],
  },
  fieldExamples: { webhookId: '228204399198372868', url: 'https://hooks.example/appledger', from: 'now' },
};
