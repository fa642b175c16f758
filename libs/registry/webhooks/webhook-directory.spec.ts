import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { features } from '#libs/registry/features.js';
import { bothEventStores } from '../../../test/support/both-event-stores.js';
import { ORGANIZATION, toAppend } from '../../../test/support/projection.js';
import { silentLog } from '../../../test/support/silent-log.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { until } from '../../../test/support/until.js';
import { webhooksCollection } from './projections/webhooks/webhooks.document.js';
import type { WebhookEvent } from './webhook.events.js';
import { WebhookDirectory } from './webhook-directory.js';
import { WebhookKeys } from './webhook-keys.js';

const url = 'https://hooks.example/';
const key = Buffer.alloc(32, 7);
const keys = new WebhookKeys({ webhooksKey: [key], eventStoreUrl: undefined, dataDir: '' });
const NOW = Date.UTC(2026, 0, 1);

describe.each(Object.entries(bothEventStores))('the directory of webhooks on %s', (_, open) => {
  let store: EventStore;
  let directory: WebhookDirectory;
  let now: number;
  const readModel = openEmbeddedReadModel(tempFolder());
  beforeAll(async () => {
    store = await open();
    now = NOW;
    const identity = new LogIdentity(store, async () => 'this log');
    const { codec, publicEvents } = features;
    directory = new WebhookDirectory(store, codec, readModel, identity, publicEvents, () => now, silentLog, keys);
  });
  afterAll(async () => {
    await directory.onModuleDestroy();
    await store.close();
    await readModel.close();
  });

  const append = async (webhookId: string, ...events: readonly WebhookEvent[]) =>
    (
      await store.append(
        `webhook-${webhookId}`,
        events.map((event) => toAppend(event)),
        'any',
      )
    ).position;
  const added = async (webhookId: string, data: object = {}): Promise<bigint> => {
    const keyId = (await keys.current()) ?? '';
    const whole = { webhookId, url, types: [], allOrganizations: false, from: 'now', secretId: '7001', keyId, ...data };
    return append(webhookId, { type: 'WebhookAdded', data: whole });
  };

  it('knows every webhook when it is ready: where it begins, and what it selects', async () => {
    const position = await added('1');
    await added('2', { from: 'beginning', projectId: '2001', types: ['project.added', 'of.another.version'] });
    await added('3', { from: 'a time', after: '41', log: 'this log', allOrganizations: true });
    await added('4', { from: 'a cursor', after: '41', log: 'another log' });
    await added('5');
    await append('5', { type: 'WebhookRemoved', data: { webhookId: '5' } });
    await directory.ready();
    expect(directory.all().map(({ id, after, selection }) => ({ id, after, ...selection }))).toEqual([
      { id: '1', after: position, organization: ORGANIZATION },
      { id: '2', after: -1n, organization: ORGANIZATION, project: '2001', types: new Set(['ProjectAdded']) },
      { id: '3', after: 41n },
      { id: '4', after: -1n, organization: ORGANIZATION },
    ]);
    expect(directory.get('5')).toBeUndefined();
  });

  it('knows each change, and tells of it', async () => {
    const told: string[] = [];
    const end = directory.onChange((id) => told.push(id));
    await append('1', { type: 'WebhookPaused', data: { webhookId: '1', reason: 'gone' } });
    await until(() => directory.get('1')?.paused === 'gone');
    await append('1', { type: 'WebhookResumed', data: { webhookId: '1' } });
    await append('2', { type: 'WebhookChanged', data: { webhookId: '2', url: `${url}2`, types: [] } });
    await until(() => directory.get('2')?.url === `${url}2`);
    expect(directory.get('1')?.paused).toBeUndefined();
    expect(directory.get('2')?.selection.types).toBeUndefined();
    await append('4', { type: 'WebhookRemoved', data: { webhookId: '4' } });
    await until(() => directory.get('4') === undefined);
    end();
    expect(new Set(told)).toEqual(new Set(['1', '2', '4']));
  });

  it('has the secrets that sign now, the newest first, and none whose key the server does not have', async () => {
    const entry = () => {
      const found = directory.get('3');
      if (found === undefined) throw new Error('it is gone');
      return found;
    };
    const [first] = directory.secretsOf(entry());
    expect(first).toMatch(/^whsec_/);
    const keyId = (await keys.current()) ?? '';
    const rotate = (secretId: string, by: string) =>
      append('3', {
        type: 'WebhookSecretRotated',
        data: { webhookId: '3', secretId, keyId: by, formerUntil: new Date(NOW + 1_000).toISOString() },
      });
    await rotate('7002', keyId);
    await until(() => entry().secrets.length === 2);
    expect(directory.secretsOf(entry())).toEqual([keys.secretOf('3', { secretId: '7002', keyId }), first]);
    now += 1_000;
    expect(directory.secretsOf(entry())).toHaveLength(1);
    await rotate('7003', 'a lost key');
    await until(() => entry().secrets.length === 3);
    expect(directory.secretsOf(entry())).toEqual([]);
  });

  it('begins behind what the documents hold, also when their file is still being checked', async () => {
    const folder = tempFolder();
    const filled = openEmbeddedReadModel(folder);
    const checkpoint = await added('8');
    const lastEvent = undefined;
    await filled.apply({ collection: webhooksCollection, writes: [], after: NOTHING_PROJECTED, checkpoint, lastEvent });
    await filled.close();
    const checked = openEmbeddedReadModel(folder, { backgroundFromBytes: 1 });
    const begins: unknown[] = [];
    const subscribe = store.subscribeToAll.bind(store);
    store.subscribeToAll = (options) => {
      begins.push(options?.after);
      return subscribe(options);
    };
    const { codec, publicEvents } = features;
    const identity = new LogIdentity(store, async () => 'this log');
    const other = new WebhookDirectory(store, codec, checked, identity, publicEvents, () => now, silentLog, keys);
    await other.ready();
    expect(begins).toEqual([checkpoint]);
    await other.onModuleDestroy();
    store.subscribeToAll = subscribe;
    await checked.close();
  });
});
