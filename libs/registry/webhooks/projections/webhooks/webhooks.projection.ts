import { projection, required } from '#libs/engine/projector/projection.js';
import { changedBy, changing, createdBy, removing } from '#libs/registry/shared/document-details.js';
import { type WebhookEvent, webhookStream } from '../../webhook.events.js';
import { replacedSecrets } from '../../webhook.state.js';
import { webhookId } from '../webhook-id.js';
import { type WebhookDocument, webhooksCollection } from './webhooks.document.js';

/** One document for each webhook. */
export const webhooksProjection = projection<WebhookDocument, WebhookEvent>({
  collection: webhooksCollection,
  version: 1,
  streamPrefixes: [webhookStream('')],
  table: {
    WebhookAdded: {
      begins: true,
      id: webhookId,
      document: (_, event) => {
        const { url, types, projectId, allOrganizations, from, secretId, keyId } = event.data;
        return {
          id: event.data.webhookId,
          url,
          types,
          ...(projectId !== undefined && { projectId }),
          allOrganizations,
          from,
          secrets: [{ secretId, keyId, createdAt: event.meta.occurredAt }],
          details: createdBy(event),
        };
      },
    },
    WebhookChanged: changing(webhookId, ({ data: { webhookId: _, ...changed } }) => changed),
    WebhookPaused: changing(webhookId, ({ data: { reason }, meta }) => ({ pause: { reason, at: meta.occurredAt } })),
    WebhookResumed: {
      id: webhookId,
      document: (before, event) => {
        const { pause: _, ...active } = required(before, event);
        return { ...active, details: changedBy(event, active.details) };
      },
    },
    WebhookSecretRotated: changing(webhookId, ({ data, meta }, { secrets }) => {
      const { secretId, keyId, formerUntil } = data;
      const next = { secretId, keyId, createdAt: meta.occurredAt };
      return { secrets: replacedSecrets(secrets, next, formerUntil) };
    }),
    WebhookRemoved: removing(webhookId),
  },
});
