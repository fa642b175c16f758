import { startAppledger } from '../support/appledger.js';
import { cleanUp } from '../support/server.js';
import { until } from '../support/until.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const KILLS = 2;
/** Of three events each: with those of the first start, more than a thousand deliveries. */
const APPLICATIONS = 334;
/** Creations at a time. */
const AT_ONCE = 32;

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
afterAll(async () => {
  await cleanUp();
  await receiver.close();
});

it('a webhook gets every event, those of an application in order, when the server is killed in the middle of a thousand deliveries', async () => {
  const env = { APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true' };
  let appledger = await startAppledger({ env });
  const { dataDir } = appledger.server;
  await appledger.call('POST /appledger/v1/webhooks', { body: { url: receiver.url, from: 'beginning' } });
  receiver.answer = ({ sequence }, response) => {
    // Slow enough that deliveries are under way, and some fail.
    if (sequence === 2 && receiver.arrived.length % 20 === 0) return 500;
    setTimeout(() => response.writeHead(204).end(), 20);
    return undefined;
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = receiver.arrived.length;
    let left = APPLICATIONS / KILLS;
    const change = async () => {
      while (left > 0) {
        const name = `A${kill} ${left--}`;
        const { body } = await appledger.createApp({ name });
        await appledger.app('PUT', body.appId, '', { name: `${name} again` });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, change));
    await until(() => receiver.arrived.length > before + APPLICATIONS / KILLS);
    await appledger.server.stop('SIGKILL');
    appledger = await startAppledger({ dataDir, env });
  }
  const all: { id: string; subject: string; sequence: string }[] = [];
  for (let after = ''; ; ) {
    const { body } = await appledger.call(`GET /appledger/v1/events?after=${after}`);
    all.push(...(body.events ?? []));
    if (body.hasMore !== true) break;
    after = body.nextCursor;
  }
  expect(all.length).toBeGreaterThan(APPLICATIONS * 3);
  const ids = () => new Set(receiver.arrived.map(({ id }) => id));
  const isComplete = () => {
    const arrived = ids();
    return all.every(({ id }) => arrived.has(id));
  };
  await until(() => isComplete());
  expect([...ids()].toSorted()).toEqual(all.map(({ id }) => id).toSorted());
  const highest = new Map<string, number>();
  for (const { subject, sequence } of receiver.arrived) {
    const known = highest.get(subject) ?? 0;
    expect(sequence).toBeLessThanOrEqual(known + 1); // a repetition begins at or before what has come
    highest.set(subject, Math.max(known, sequence));
  }
});
