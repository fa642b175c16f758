import { connect } from 'node:http2';
import { features } from '#libs/registry/features.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';
import { onSession } from '../../support/wire.js';

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

it('every path that answers GET answers HEAD alike, without a body, over both versions of HTTP', async () => {
  const { development, server } = appledger;
  const token = await tokenWith(development, { IAM_OWNER: [development.organization] });
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream' };
  const session = connect(server.url);
  for (const path of [
    '/debug/metrics',
    '/debug/consumers',
    '/oauth/v2/keys',
    '/openapi.json',
    '/management/v1/healthz',
    '/appledger/v1/events',
    `/management/v1/projects/${development.project}`,
    '/management/v1/projects/1',
  ]) {
    const get = await fetch(server.url + path, { headers: { ...headers, accept: 'application/json' } });
    const head = await fetch(server.url + path, { method: 'HEAD', headers });
    const type = get.headers.get('content-type');
    expect([path, head.status, head.headers.get('content-type')]).toEqual([path, get.status, type]);
    expect(await head.text()).toBe('');
    const overHttp2 = await onSession(session, { path, method: 'HEAD', headers });
    const { status, body } = overHttp2;
    expect([path, status, overHttp2.headers['content-type'], body.length]).toEqual([path, get.status, type, 0]);
  }
  session.close();
});

it('a server that answers is healthy', async () => {
  const { status, body } = await appledger.call('GET /debug/healthz', { token: undefined });
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
});
