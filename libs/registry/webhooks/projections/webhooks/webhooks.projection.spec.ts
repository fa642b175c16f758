import { givenEvents, minute, ORGANIZATION } from '../../../../../test/support/projection.js';
import type { WebhookEvent } from '../../webhook.events.js';
import { webhooksProjection } from './webhooks.projection.js';

const webhookId = '6001';
const url = 'https://hooks.example/';
const added: WebhookEvent = {
  type: 'WebhookAdded',
  data: {
    webhookId,
    url,
    types: [],
    projectId: '2001',
    allOrganizations: false,
    from: 'now',
    secretId: '7001',
    keyId: 'k1',
  },
};
const paused: WebhookEvent = { type: 'WebhookPaused', data: { webhookId, reason: 'failing' } };
const document = {
  id: webhookId,
  url,
  types: [],
  projectId: '2001',
  allOrganizations: false,
  from: 'now',
  secrets: [{ secretId: '7001', keyId: 'k1', createdAt: minute(0) }],
};
const details = (sequence: number) => ({
  sequence: `${sequence}`,
  creationDate: minute(0),
  changeDate: minute(sequence - 1),
  resourceOwner: ORGANIZATION,
});

describe('webhooks', () => {
  it('has a webhook as it was added, with each change', () => {
    givenEvents(webhooksProjection, added).thenDocument(webhookId, { ...document, details: details(1) });
    givenEvents(webhooksProjection, added, {
      type: 'WebhookChanged',
      data: { webhookId, types: ['project.added'] },
    }).thenDocument(webhookId, { ...document, types: ['project.added'], details: details(2) });
  });

  it('says why and since when a webhook is paused, until it is resumed', () => {
    givenEvents(webhooksProjection, added, paused).thenDocument(webhookId, {
      ...document,
      pause: { reason: 'failing', at: minute(1) },
      details: details(2),
    });
    const resumed: WebhookEvent = { type: 'WebhookResumed', data: { webhookId } };
    givenEvents(webhooksProjection, added, paused, resumed).thenDocument(webhookId, {
      ...document,
      details: details(3),
    });
  });

  it('has every secret, and when the former ones end', () => {
    givenEvents(webhooksProjection, added, {
      type: 'WebhookSecretRotated',
      data: { webhookId, secretId: '7002', keyId: 'k2', formerUntil: minute(30) },
    }).thenDocument(webhookId, {
      ...document,
      secrets: [
        { secretId: '7001', keyId: 'k1', createdAt: minute(0), until: minute(30) },
        { secretId: '7002', keyId: 'k2', createdAt: minute(1) },
      ],
      details: details(2),
    });
  });

  it('has no document for a removed webhook', () => {
    givenEvents(webhooksProjection, added, paused, { type: 'WebhookRemoved', data: { webhookId } }).thenRemoved(
      webhookId,
    );
  });
});
