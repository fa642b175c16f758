import { startAppledger } from '../support/appledger.js';
import { appledger as commandLine } from '../support/cli.js';
import { FORWARDING_TIMEOUT } from '../support/faulty-proxy/faults.js';
import { FaultyProxy } from '../support/faulty-proxy/faulty-proxy.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { cleanUp } from '../support/server.js';

const CONNECTIONS = 64;
const LOAD_MS = 8_000;
const EVERY_MS = 1_000;

const eventStore = new GatewayProcess();
let proxy: FaultyProxy | undefined;
afterAll(async () => {
  await cleanUp();
  await proxy?.close();
  await eventStore.end('SIGKILL');
});

it('all subscriptions are ended once per second under load: no request is refused, and every projection is complete', async () => {
  await eventStore.start();
  proxy = await FaultyProxy.start(eventStore.port);
  const { server, createApp, call } = await startAppledger({
    env: { APPLEDGER_EVENTSTORE_URL: proxy.connectionString },
  });
  const refused: unknown[] = [];
  let ended = 0;
  const ending = setInterval(() => {
    ended += proxy?.endSubscriptions() ?? 0;
    proxy?.failAppend('after', FORWARDING_TIMEOUT);
  }, EVERY_MS);
  const end = performance.now() + LOAD_MS;
  let created = 0;
  const create = async (_: unknown, connection: number) => {
    for (let number = 0; performance.now() < end; number += 1) {
      const { status, body } = await createApp({ name: `App ${connection} ${number}` });
      if (status === 200) created += 1;
      else refused.push(body);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, create));
  clearInterval(ending);
  expect(refused).toEqual([]);
  expect(ended).toBeGreaterThan(LOAD_MS / EVERY_MS / 2);

  const listed = await call('POST /management/v1/projects/_search', { body: {} });
  expect(listed.body.details.totalResult).toBe('1');
  for (const name of ['applications', 'projects', 'clients', 'applicationKeys', 'applicationLives']) {
    const { code, stdout, stderr } = await commandLine(['projections', 'verify', name], {
      APPLEDGER_DATA_DIR: server.dataDir,
      APPLEDGER_EVENTSTORE_URL: proxy.connectionString,
    });
    expect({ code, stderr, stdout }).toMatchObject({ code: 0 });
    if (name === 'applications') expect(stdout.replaceAll(',', '')).toContain(`${created}`);
  }
}, 120_000);
