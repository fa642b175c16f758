import { startAppledger } from '../../support/appledger.js';
import { appledger } from '../../support/cli.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { cleanUp } from '../../support/server.js';

const target = new GatewayProcess();
afterAll(async () => {
  await cleanUp();
  await target.end('SIGKILL');
});

/** The data folder of a server that has run and stopped. */
async function ledger(): Promise<string> {
  const { server, createApp } = await startAppledger();
  await createApp({ name: 'Copied' });
  await server.stop();
  return server.dataDir;
}

it('copy-events copies a ledger, can be repeated, and refuses to copy a second ledger', async () => {
  await target.start();
  const copyFrom = (dataDir: string) =>
    appledger(['copy-events', '--json'], {
      APPLEDGER_DATA_DIR: dataDir,
      APPLEDGER_EVENTSTORE_URL: target.connectionString,
    });
  const one = await ledger();
  const first = await copyFrom(one);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const { events } = JSON.parse(first.stdout);
  expect(JSON.parse(first.stdout)).toEqual({ events, before: 0, copied: events });
  expect(JSON.parse((await copyFrom(one)).stdout)).toEqual({ events, before: events, copied: 0 });
  expect(await copyFrom(await ledger())).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('EventStoreDB is not empty: event'),
  });
}, 60_000);
