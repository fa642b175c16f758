import { features } from '#libs/registry/features.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

/** -1 before the first event. */
const POSITION = expect.stringMatching(/^(-1|\d+)$/);

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

it('a working server is ready, with the state of each part, without a token', async () => {
  await ready(appledger.call);
  const { status, body } = await appledger.call('GET /debug/ready', { token: undefined });
  expect(status).toBe(200);
  const live = { status: 'up', generation: 1, state: 'live', position: POSITION };
  const parts = {
    eventStore: { status: 'up', readable: true, writable: true },
    readModel: { status: 'up', readable: true, writable: true },
    ...Object.fromEntries(features.projections.map(({ name }) => [`projection ${name}`, live])),
  };
  const working = { status: 'up', state: 'working' };
  const work = {
    ...Object.fromEntries(features.work.map(({ name }) => [`work ${name}`, working])),
    ledger: { status: 'up', state: expect.stringMatching(/^(checking|current)$/), size: expect.any(Number) },
  };
  const all = { ...parts, ...work };
  expect(body).toEqual({ status: 'ok', info: all, error: {}, details: all });
  const { eventStore, ...documents } = parts;
  expect((await appledger.call('GET /debug/ready/write')).body.details).toEqual({ eventStore, ...work });
  expect((await appledger.call('GET /debug/ready/read')).body.details).toEqual({ ...documents, ...work });
  const any = await appledger.call('GET /debug/ready/any');
  expect(any).toMatchObject({ status: 200, body: { status: 'ok', write: { status: 'ok' }, read: { status: 'ok' } } });
});

it('a server exposes the state of its projections to Prometheus', async () => {
  const created = await appledger.createApp({ name: 'Measured' });
  await appledger.getApp(created.body.appId); // waits until the documents hold it
  const response = await fetch(`${appledger.server.url}/debug/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const metrics = await response.text();
  expect(metrics).toMatch(/^appledger_projection_lag_events\{projection="applications"\} 0$/m);
  expect(metrics).toMatch(/^appledger_projection_lag_seconds\{projection="applications"\} 0$/m);
  expect(metrics).toMatch(/^appledger_projection_batch_events_count\{projection="applications"\} [1-9]/m);
});

it.each(['healthz', 'ready', 'ready/write', 'ready/read', 'ready/any'])(
  'a monitor that asks for /debug/%s with HEAD gets the status alone',
  async (name) => {
    await ready(appledger.call);
    const response = await fetch(`${appledger.server.url}/debug/${name}`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  },
);

it('a server that answers is healthy', async () => {
  const { status, body } = await appledger.call('GET /debug/healthz', { token: undefined });
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
});
