import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { cleanUp } from '../../support/server.js';
import { until } from '../../support/until.js';

const events = new GatewayProcess();
let appledger: Appledger;
let appId: string;

beforeAll(async () => {
  await events.start();
  const env = { APPLEDGER_EVENTSTORE_URL: events.connectionString, APPLEDGER_READ_PATIENCE_MS: '200' };
  appledger = await startAppledger({ env });
  await ready(appledger.call);
  appId = (await appledger.createApp({ name: 'Known' })).body.appId;
  await fresh();
});

afterAll(async () => {
  await cleanUp();
  await events.end();
});

/** Waits until the application is answered as new as the event store. */
async function fresh(): Promise<void> {
  await until(async () => {
    const { status, headers } = await appledger.getApp(appId);
    return status === 200 && !headers.has('x-appledger-stale');
  });
}

it('while the event store is away a query returns the current documents with their position; later it is fresh again', async () => {
  await events.end();
  const list = `POST /management/v1/projects/${appledger.development.project}/apps/_search`;
  for (const answer of [await appledger.getApp(appId), await appledger.call(list, { body: {} })]) {
    expect([answer.status, answer.headers.get('x-appledger-stale')]).toEqual([200, expect.stringMatching(/^\d+$/)]);
  }
  await events.start();
  await fresh();
});
