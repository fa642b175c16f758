import { given } from '../../../test/support/decider.js';
import { type AddWebhook, MAX_ACTIVE_SECRETS, webhookDecider } from './webhook.decide.js';
import type { WebhookEvent } from './webhook.events.js';

const webhookId = '6001';
const url = 'https://hooks.example/';
const types = ['project.added', 'project.removed'];
const add: AddWebhook = {
  type: 'AddWebhook',
  webhookId,
  url,
  types,
  projectId: undefined,
  allOrganizations: false,
  from: 'now',
  after: undefined,
  log: undefined,
  secretId: '7001',
  keyId: 'k1',
};
const added: WebhookEvent = {
  type: 'WebhookAdded',
  data: { webhookId, url, types, allOrganizations: false, from: 'now', secretId: '7001', keyId: 'k1' },
};
const paused: WebhookEvent = { type: 'WebhookPaused', data: { webhookId, reason: 'gone' } };
const resumed: WebhookEvent = { type: 'WebhookResumed', data: { webhookId } };
const removed: WebhookEvent = { type: 'WebhookRemoved', data: { webhookId } };
const NOW = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(NOW + ms).toISOString();
const rotated = (secretId: string, until: number): WebhookEvent => ({
  type: 'WebhookSecretRotated',
  data: { webhookId, secretId, keyId: 'k1', formerUntil: at(until) },
});

describe('AddWebhook', () => {
  it('adds the webhook with the ids of its secret and key', () => {
    given(webhookDecider).when(add).thenEvents(added);
  });

  it('stores the project, and the position that a cursor or a time means with the identity of its log', () => {
    const place = { from: 'a cursor', after: '41', log: 'a log' };
    given(webhookDecider)
      .when({ ...add, ...place, projectId: '2001' })
      .thenEvents({ type: 'WebhookAdded', data: { ...added.data, ...place, projectId: '2001' } as never });
  });

  it('refuses an id that is in use', () => {
    given(webhookDecider, added).when(add).thenRefused('WEBHOOK-Ex2st');
    given(webhookDecider, added, removed).when(add).thenRefused('WEBHOOK-Ex2st');
  });
});

describe('UpdateWebhook', () => {
  const keep = { type: 'UpdateWebhook', webhookId, url, types } as const;

  it('stores only what has changed', () => {
    given(webhookDecider, added)
      .when({ ...keep, url: 'https://other.example/' })
      .thenEvents({ type: 'WebhookChanged', data: { webhookId, url: 'https://other.example/' } });
    given(webhookDecider, added)
      .when({ ...keep, types: [] })
      .thenEvents({ type: 'WebhookChanged', data: { webhookId, types: [] } });
  });

  it('refuses an update without a change, also after a change, and whatever the order of the types', () => {
    given(webhookDecider, added)
      .when({ ...keep, types: types.toReversed() })
      .thenRefused('WEBHOOK-Nc7hg');
    given(webhookDecider, added, { type: 'WebhookChanged', data: { webhookId, types: [] } })
      .when({ ...keep, types: [] })
      .thenRefused('WEBHOOK-Nc7hg');
  });

  it('changes a paused webhook, which stays paused', () => {
    const changed: WebhookEvent = { type: 'WebhookChanged', data: { webhookId, types: [] } };
    given(webhookDecider, added, paused)
      .when({ ...keep, types: [] })
      .thenEvents(changed);
    given(webhookDecider, added, paused, changed).when({ type: 'ResumeWebhook', webhookId }).thenEvents(resumed);
  });
});

describe('PauseWebhook and ResumeWebhook', () => {
  it.each(['requested', 'gone', 'failing'] as const)('pauses, and says why: %s', (reason) => {
    given(webhookDecider, added)
      .when({ type: 'PauseWebhook', webhookId, reason })
      .thenEvents({ type: 'WebhookPaused', data: { webhookId, reason } });
  });

  it('refuse what is so already', () => {
    const pause = { type: 'PauseWebhook', webhookId, reason: 'failing' } as const;
    given(webhookDecider, added, paused).when(pause).thenRefused('WEBHOOK-Pa3sd');
    const resume = { type: 'ResumeWebhook', webhookId } as const;
    given(webhookDecider, added).when(resume).thenRefused('WEBHOOK-Ac5tv');
    given(webhookDecider, added, paused, resumed).when(resume).thenRefused('WEBHOOK-Ac5tv');
    given(webhookDecider, added, paused).when(resume).thenEvents(resumed);
  });
});

describe('RotateWebhookSecret', () => {
  const rotate = {
    type: 'RotateWebhookSecret',
    webhookId,
    secretId: '7002',
    keyId: 'k2',
    overlapMs: 0,
    now: NOW,
  } as const;
  const next = (formerUntil: string): WebhookEvent => ({
    type: 'WebhookSecretRotated',
    data: { webhookId, secretId: '7002', keyId: 'k2', formerUntil },
  });

  it('says until when the former secrets sign too', () => {
    given(webhookDecider, added)
      .when(rotate)
      .thenEvents(next(at(0)));
    given(webhookDecider, added)
      .when({ ...rotate, overlapMs: 60_000 })
      .thenEvents(next(at(60_000)));
  });

  it('refuses an overlap with too many secrets, but not with those that have ended, nor a rotation that ends all', () => {
    const many = Array.from({ length: MAX_ACTIVE_SECRETS - 1 }, (_, index) => rotated(`71${index}`, 1_000));
    const overlapping = { ...rotate, overlapMs: 60_000 };
    given(webhookDecider, added, ...many)
      .when(overlapping)
      .thenRefused('WEBHOOK-Ms5ec');
    given(webhookDecider, added, ...many)
      .when(rotate)
      .thenEvents(next(at(0)));
    given(webhookDecider, added, ...many)
      .when({ ...overlapping, now: NOW + 1_000 })
      .thenEvents(next(at(61_000)));
  });

  it('lets no secret live longer than was said before', () => {
    const state = [added, rotated('7002', 1_000), rotated('7003', 5_000)].reduce(
      webhookDecider.evolve,
      webhookDecider.initial,
    );
    expect(state).toMatchObject({
      secrets: [{ secretId: '7001', until: at(1_000) }, { secretId: '7002', until: at(5_000) }, { secretId: '7003' }],
    });
  });
});

describe('a webhook that does not exist', () => {
  it.each([
    ['never added', []],
    ['removed', [added, removed]],
    ['removed while it was paused', [added, paused, removed]],
  ] as const)('takes no command: %s', (_, past) => {
    for (const command of [
      { type: 'UpdateWebhook', webhookId, url, types },
      { type: 'PauseWebhook', webhookId, reason: 'requested' },
      { type: 'ResumeWebhook', webhookId },
      { type: 'RotateWebhookSecret', webhookId, secretId: '7002', keyId: 'k1', overlapMs: 0, now: NOW },
      { type: 'RemoveWebhook', webhookId },
    ] as const) {
      given(webhookDecider, ...past)
        .when(command)
        .thenRefused('WEBHOOK-Nf4kd');
    }
  });

  it('has no further event', () => {
    expect(() => webhookDecider.evolve({ status: 'absent' }, paused)).toThrow('WebhookPaused before WebhookAdded');
    expect(() => webhookDecider.evolve({ status: 'removed' }, resumed)).toThrow('WebhookResumed after WebhookRemoved');
  });
});

it('RemoveWebhook removes it', () => {
  given(webhookDecider, added).when({ type: 'RemoveWebhook', webhookId }).thenEvents(removed);
});
