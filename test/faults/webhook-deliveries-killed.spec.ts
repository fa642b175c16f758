import { startAppledger } from '../support/appledger.js';
import { until } from '../support/projecting.js';
import { cleanUp } from '../support/server.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const KILLS = 2;
const APPLICATIONS = 20;

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
afterAll(async () => {
  await cleanUp();
  await receiver.close();
});

it('a webhook gets every event, those of an application in order, when the server is killed in the middle of deliveries', async () => {
  const env = { APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true' };
  let appledger = await startAppledger({ env });
  const { dataDir } = appledger.server;
  await appledger.call('POST /appledger/v1/webhooks', { body: { url: receiver.url, from: 'beginning' } });
  receiver.answer = ({ sequence }, response) => {
    // Slow enough that deliveries are under way, and some fail.
    if (sequence === 2 && receiver.arrived.length % 5 === 0) return 500;
    setTimeout(() => response.writeHead(204).end(), 20);
    return undefined;
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const created = await Promise.all(
      Array.from({ length: APPLICATIONS / KILLS }, (_, index) => appledger.createApp({ name: `A${kill} ${index}` })),
    );
    await Promise.all(
      created.map(({ body }, index) => appledger.app('PUT', body.appId, '', { name: `B${kill} ${index}` })),
    );
    const before = receiver.arrived.length;
    await until(() => receiver.arrived.length > before + 5);
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
  await until(() => all.every(({ id }) => ids().has(id)));
  expect([...ids()].toSorted()).toEqual(all.map(({ id }) => id).toSorted());
  const highest = new Map<string, number>();
  for (const { subject, sequence } of receiver.arrived) {
    const known = highest.get(subject) ?? 0;
    expect(sequence).toBeLessThanOrEqual(known + 1); // a repetition begins at or before what has come
    highest.set(subject, Math.max(known, sequence));
  }
});
