import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import { parse } from 'yaml';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { ExampleSubscriber } from '../../support/example-subscriber.js';
import { client } from '../../support/persistent-subscription.js';
import { cleanUp } from '../../support/server.js';
import { until } from '../../support/until.js';
import { APPLEDGER_WEBHOOKS_KEY } from '../../support/webhooks-key.js';

const APPLICATIONS = 60;
const REMOVED = 10;
const WEBHOOKS = '/appledger/v1/webhooks';

let appledger: Appledger;
const subscriber = new ExampleSubscriber();
beforeAll(async () => {
  appledger = await startAppledger({
    env: { APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true', APPLEDGER_GATEWAY_WRITABLE: 'true', APPLEDGER_WEBHOOKS_KEY },
  });
});
beforeEach(() => subscriber.restore());
afterEach(() => subscriber.end());
afterAll(cleanUp);

/** The names of the consumers in Kong's file. */
function consumers(): readonly string[] {
  try {
    return parse(readFileSync(subscriber.file, 'utf8')).consumers?.map(
      ({ username }: { username: string }) => username,
    );
  } catch {
    return []; // it is not there yet
  }
}

/** Creates applications, removes some of them, and answers the consumers that the others are. */
async function changeApplications(prefix: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < APPLICATIONS; n += 1)
    ids.push((await appledger.createApp({ name: `${prefix} ${n}` })).body.appId);
  for (const id of ids.slice(0, REMOVED)) expect((await appledger.app('DELETE', id)).status).toBe(200);
  return ids.slice(REMOVED).map((id) => `application-${id}`);
}

/** Waits until these consumers are entered, each once. */
async function entered(expected: readonly string[]): Promise<void> {
  await until(async () => {
    const found = new Set(consumers());
    return found.size >= expected.length && expected.every((name) => found.has(name));
  });
  const names = consumers();
  expect(new Set(names).size).toBe(names.length);
}

describe('the example subscriber keeps the consumers of a gateway in step with the applications of a server', () => {
  it('as the receiver of a webhook, also when it is killed in the middle', async () => {
    const { status, body } = await appledger.call(`POST ${WEBHOOKS}`, { body: { url: 'http://127.0.0.1:9/' } });
    expect(status).toBe(200);
    const webhook = `${WEBHOOKS}/${body.webhookId}`;
    const start = async () => {
      const line = await subscriber.start('webhook', `WEBHOOK_SECRET=${body.signingSecret}`);
      const [url] = /http:\S+/.exec(line) ?? [];
      expect((await appledger.call(`PUT ${webhook}`, { body: { url } })).status).toBe(200);
    };
    await start();
    const expected = changeApplications('Webhook');
    await until(async () => consumers().length > 5);
    await subscriber.end('SIGKILL');
    await delay(500); // deliveries find nobody
    await start();
    await entered(await expected);
    await until(async () => consumers().length === APPLICATIONS - REMOVED);

    const { ino } = statSync(subscriber.file);
    const { replayId } = (await appledger.call(`POST ${webhook}:replay`, { body: {} })).body;
    const isReplayed = ({ replayId: id, type }: { replayId?: string; type: string }) =>
      id === replayId && type === 'project.application.removed';
    await until(async () => {
      const { result = [] } = (await appledger.call(`GET ${webhook}/deliveries?limit=1000`)).body;
      return result.filter(isReplayed).length === REMOVED;
    });
    await entered(await expected);
    expect(consumers()).toHaveLength(APPLICATIONS - REMOVED);
    expect(statSync(subscriber.file).ino).toBe(ino);
    await appledger.call(`DELETE ${webhook}`);
  });

  it('as a persistent subscription of the gateway for EventStoreDB’s clients, which parks what it cannot enter', async () => {
    const url = await appledger.server.eventsUrl();
    const store = client(url);
    const start = () => subscriber.start('subscription', `EVENTSTORE_URL=${url}`);
    await start();
    const expected = changeApplications('Subscription');
    await until(async () => consumers().length > 5);
    await subscriber.end('SIGKILL');
    await start();
    await entered(await expected);
    await subscriber.end('SIGKILL');
    await start();
    const parked = async () => (await store.getPersistentSubscriptionToAllInfo('kong')).stats.parkedMessageCount;
    expect(await parked()).toBe(0n);
    await store.appendToStream('application-1', jsonEvent({ type: 'ApiConfigAdded', data: {} }));
    const last = await appledger.createApp({ name: 'The last' });
    await entered([...(await expected), `application-${last.body.appId}`]);
    await until(async () => (await parked()) === 1n);
  });
});
