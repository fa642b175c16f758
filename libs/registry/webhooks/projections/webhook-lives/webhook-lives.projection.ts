import { ignore, projection } from '#libs/engine/projector/projection.js';
import type { LifeDocument } from '#libs/registry/shared/past/life.document.js';
import { beginningLife, endingLife } from '#libs/registry/shared/past/life-steps.js';
import { type WebhookEvent, webhookStream } from '../../webhook.events.js';
import { webhookId } from '../webhook-id.js';
import { ALL_ORGANIZATIONS, webhookLivesCollection } from './webhook-lives.document.js';

/** One document for each webhook, which remains when the webhook is removed. */
export const webhookLivesProjection = projection<LifeDocument, WebhookEvent>({
  collection: webhookLivesCollection,
  version: 1,
  streamPrefixes: [webhookStream('')],
  table: {
    WebhookAdded: beginningLife(webhookId, ({ data, meta }) =>
      data.allOrganizations ? ALL_ORGANIZATIONS : meta.resourceOwner,
    ),
    WebhookRemoved: endingLife(webhookId),
    WebhookChanged: ignore,
    WebhookPaused: ignore,
    WebhookResumed: ignore,
    WebhookSecretRotated: ignore,
  },
});
