import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Webhook } from 'standardwebhooks';
import { parse } from 'yaml';
import { builtProgram } from '../../test/support/built-program.js';
import { CuttingProxy } from '../../test/support/cutting-proxy.js';
import { ExampleSubscriber } from '../../test/support/example-subscriber.js';
import { GatewayProcess } from '../../test/support/gateway-process.js';
import { gatewayUrl } from '../../test/support/gateway-url.js';
import { client } from '../../test/support/persistent-subscription.js';
import { until } from '../../test/support/until.js';

const subscriber = new ExampleSubscriber();
afterEach(() => subscriber.end());

const usernames = (): readonly string[] => {
  if (!existsSync(subscriber.file)) return [];
  const { consumers = [] } = parse(readFileSync(subscriber.file, 'utf8'));
  return consumers.map(({ username }: { username: string }) => username);
};

describe('the receiver of webhooks', () => {
  const SECRET = `whsec_${Buffer.from('a secret of some length').toString('base64')}`;
  let url: string;
  beforeEach(async () => {
    subscriber.restore();
    await start();
  });

  async function start() {
    [url = ''] = /http:\S+/.exec(await subscriber.start('webhook', `WEBHOOK_SECRET=${SECRET}`)) ?? [];
  }

  const cloudEvent = (subject: string, sequence: number, type: string, data: object) =>
    JSON.stringify({ specversion: '1.0', id: randomUUID(), type, subject, sequence: String(sequence), data });
  const added = (id: string) => cloudEvent(id, 1, 'project.application.added', { projectId: '11', name: `App ${id}` });
  const configured = (id: string) =>
    cloudEvent(id, 2, 'project.application.config.api.added', { clientId: `9${id}`, authMethod: 'basic' });

  /** Delivers as Appledger does. Answers the status. */
  async function deliver(body: string, { secret = SECRET, at = new Date() } = {}): Promise<number> {
    const id = randomUUID();
    const headers = {
      'content-type': 'application/cloudevents+json',
      'webhook-id': id,
      'webhook-timestamp': `${Math.floor(at.getTime() / 1_000)}`,
      'webhook-signature': `v1,${Buffer.from('of a former secret').toString('base64')} ${new Webhook(secret).sign(id, at, body)}`,
    };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  }

  it('enters what is signed, once and in any order, and refuses everything else', async () => {
    expect(await deliver(configured('21'))).toBe(204);
    expect(await deliver(cloudEvent('21', 3, 'project.application.future', {}))).toBe(204);
    expect(await deliver(added('21'))).toBe(204);
    expect(await deliver(added('21'))).toBe(204);
    expect(usernames()).toEqual(['application-21']);
    const wrong = `whsec_${Buffer.from('another secret entirely').toString('base64')}`;
    const removed = cloudEvent('21', 4, 'project.application.removed', {});
    expect(await deliver(removed, { secret: wrong })).toBe(401);
    expect(await deliver(removed, { at: new Date(Date.now() - 600_000) })).toBe(401);
    expect((await fetch(url, { method: 'POST', body: removed })).status).toBe(401);
    expect((await fetch(url)).status).toBe(405);
    expect(await deliver(cloudEvent('22', 1, 'project.application.added', {}))).toBe(422);
    expect(await deliver(cloudEvent('', 1, 'project.application.added', {}))).toBe(422);
    expect(await deliver('no JSON')).toBe(422);
    expect(usernames()).toEqual(['application-21']);
    expect(await deliver(removed)).toBe(204);
    expect(usernames()).toEqual([]);
  });

  it('refuses events while the file is broken, and leaves the file as it is', async () => {
    writeFileSync(subscriber.file, 'consumers: [');
    expect(await deliver(added('21'))).toBe(503);
    expect(readFileSync(subscriber.file, 'utf8')).toBe('consumers: [');
    writeFileSync(subscriber.file, '_format_version: "3.0"');
    for (const event of [added('21'), configured('21')]) expect(await deliver(event)).toBe(204);
    expect(usernames()).toEqual(['application-21']);
  });

  it('has entered an event once when it is killed before it acknowledges it', async () => {
    await deliver(added('21'));
    const event = configured('21');
    const lost = deliver(event).catch(() => undefined); // whatever it answers, the sender does not learn of it
    while (usernames().length === 0) await delay(1);
    await subscriber.end('SIGKILL');
    await lost;
    const { ino } = statSync(subscriber.file);
    await start();
    expect(await deliver(event)).toBe(204);
    expect(usernames()).toEqual(['application-21']);
    expect(statSync(subscriber.file).ino).toBe(ino);
  });
});

describe('the persistent subscription', () => {
  const gateway = new GatewayProcess();
  let store: EventStoreDBClient;
  beforeAll(async () => {
    await gateway.start();
    store = client(gateway.connectionString);
  });
  afterAll(() => gateway.end());

  /** Appends events of an application. Answers their ids. */
  async function append(applicationId: string, ...events: readonly { type: string; data: object; version?: number }[]) {
    const stored = events.map(({ type, data, version: schemaVersion = 1 }) =>
      jsonEvent({ type, data: { appId: applicationId, ...data }, metadata: { schemaVersion } }),
    );
    await store.appendToStream(`application-${applicationId}`, stored);
    return stored.map(({ id }) => id);
  }
  const added = { type: 'ApplicationAdded', data: { projectId: '11', name: 'App' } };
  const configured = { type: 'ApiConfigAdded', data: { clientId: '91', authMethod: 'basic' }, version: 2 };
  const statistics = async () => (await store.getPersistentSubscriptionToAllInfo('kong')).stats;

  it('enters an event once when it is killed before it acknowledges it, and parks what it cannot process', async () => {
    subscriber.restore();
    const proxy = await CuttingProxy.start(gateway.port);
    const [, configuredId = ''] = await append('21', added, configured);
    proxy.cutNext(configuredId); // in the acknowledgement
    await subscriber.start('subscription', `EVENTSTORE_URL=${gatewayUrl(proxy.ownPort)}`);
    await until(async () => proxy.cuts === 1);
    await subscriber.end('SIGKILL');
    proxy.close();
    expect(usernames()).toEqual(['application-21']);
    const { ino } = statSync(subscriber.file);

    await subscriber.start('subscription', `EVENTSTORE_URL=${gateway.connectionString}`);
    await append('22', { ...added, version: 9 });
    await append('22', { type: 'ApiConfigAdded', data: {} });
    await until(async () => (await statistics()).parkedMessageCount === 2n);
    expect(statSync(subscriber.file).ino).toBe(ino);
    await append('23', added, configured);
    await until(async () => usernames().length === 2);
    expect(usernames()).toEqual(['application-21', 'application-23']);
    await append('23', { type: 'ApplicationRemoved', data: {} });
    await until(async () => usernames().length === 1);
  });
});

it.each([
  [['--help'], {}, 0, /^Enters the applications/],
  [['webhook', '--file', 'kong.yml'], {}, 2, /WEBHOOK_SECRET must be/],
  [['subscription', '--file', 'kong.yml'], { EVENTSTORE_URL: 'http://x' }, 1, /expected esdb:/],
])('%j with %j ends with code %i and says why', (args, env, code, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [builtProgram('example-subscriber'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  expect([status, stdout + stderr]).toEqual([code, expect.stringMatching(message)]);
});
