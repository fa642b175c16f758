import { setTimeout as delay } from 'node:timers/promises';
import { ready, startAppledger } from '../support/appledger.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { cleanUp, startServer } from '../support/server.js';

const POLL_MS = 100;

const eventStore = new GatewayProcess();
afterAll(async () => {
  await cleanUp();
  await eventStore.end('SIGKILL');
});

it('a server whose EventStoreDB is away starts, refuses with code 14 at once, and works when it is back', async () => {
  await eventStore.start(); // Now its port is known.
  await eventStore.end('SIGTERM');
  const { server, createApp, getApp, call } = await startAppledger({
    env: { APPLEDGER_EVENTSTORE_URL: eventStore.connectionString },
  });
  const refused = await createApp({ name: 'Too early' });
  expect(refused.status).toBe(503);
  expect(refused.body).toMatchObject({ code: 14, message: expect.stringContaining('event store is not available') });
  await server.outputWith(/EventStoreDB cannot be used; trying again/);
  const notice = await server.outputWith(/No client can be registered yet: EventStoreDB does not answer.+Ctrl\+C/s);
  expect(notice).not.toContain('curl');
  const notReady = await call('GET /debug/ready');
  expect(notReady.status).toBe(503);
  expect(notReady.body).toMatchObject({ status: 'error', details: { eventStore: { status: 'down' } } });
  expect((await call('GET /debug/healthz')).status).toBe(200);

  await eventStore.start();
  await server.outputWith(/EventStoreDB can be used/);
  let created = await createApp({ name: 'In time' });
  // The connection of the appends is back a moment later, and then the first project is made.
  const isEarly = () => created.status === 503 || created.body.message?.startsWith('Project not found');
  while (isEarly()) {
    await delay(POLL_MS);
    created = await createApp({ name: 'In time' });
  }
  expect(created.status).toBe(200);
  await server.outputWith(/To register an API client, paste this call:\s+curl /);
  await ready(call); // The projections try again by themselves too, a moment later.
  expect((await getApp(created.body.appId)).body.app.name).toBe('In time');

  await eventStore.end('SIGKILL');
  expect((await createApp({ name: 'In between' })).status).toBe(503);
  const statusOf = async (path: string) => (await call(`GET /debug/ready${path}`)).status;
  while ((await statusOf('/read')) !== 200) await delay(POLL_MS); // The projections notice a moment later.
  expect(await statusOf('/write')).toBe(503);
  expect(await statusOf('/any')).toBe(200);
  expect(await statusOf('')).toBe(503);
  await eventStore.start();
  let again = await createApp({ name: 'Again' });
  while (again.status === 503) {
    await delay(POLL_MS);
    again = await createApp({ name: 'Again' });
  }
  await ready(call);
  expect((await getApp(again.body.appId)).body.app.name).toBe('Again');
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

it('an invalid connection string prevents the start, and is shown without its password', async () => {
  const start = (url: string) => startServer({ env: { APPLEDGER_EVENTSTORE_URL: url } });
  const wrong = start('https://user:secret@host:2113');
  await expect(wrong).rejects.toThrow(/APPLEDGER_EVENTSTORE_URL takes .+ \(got "https:\/\/…@host:2113"\)/);
  await expect(wrong).rejects.not.toThrow('secret');
  const noFile = start('esdb://user:secret@host:2113?tlsCAFile=/there/is/none.pem');
  await expect(noFile).rejects.toThrow(/APPLEDGER_EVENTSTORE_URL esdb:\/\/…@host:2113.+certificate file/);
  await expect(noFile).rejects.not.toThrow('secret');
});
