import { randomBytes } from 'node:crypto';
import { ready, startAppledger } from '../../support/appledger.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

const PATH = '/appledger/v1/webhooks';
const url = 'https://93.184.215.14/hooks';
const events = new GatewayProcess();

beforeAll(() => events.start());
afterAll(async () => {
  await cleanUp();
  await events.end();
});

it('on EventStoreDB a webhook needs a key that every process has', async () => {
  const store = { APPLEDGER_EVENTSTORE_URL: events.connectionString };
  const key = randomBytes(32).toString('base64');
  const one = await startAppledger({ env: { ...store, APPLEDGER_WEBHOOKS_KEY: key } });
  const added = await one.call(`POST ${PATH}`, { body: { url } });
  expect(added.status).toBe(200);
  await one.server.stop('SIGKILL');

  // A process without the key shows webhooks, and makes no secrets.
  const other = await startAppledger({ dataDir: one.server.dataDir, env: store });
  await ready(other.call);
  const { webhookId } = added.body;
  const { webhook } = (await other.call(`GET ${PATH}/${webhookId}`)).body;
  expect(webhook).toMatchObject({ url, state: 'WEBHOOK_STATE_ACTIVE' });
  expectRefused(await other.call(`POST ${PATH}`, { body: { url } }), 'WEBHOOK-Ky8nO');
  expectRefused(await other.call(`POST ${PATH}/${webhookId}:rotateSecret`, { body: {} }), 'WEBHOOK-Ky8nO');
});
