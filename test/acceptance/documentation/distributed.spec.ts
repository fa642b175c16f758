import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ready, startAppledger } from '../../support/appledger.js';
import { Checkout } from '../../support/checkout.js';
import { examplesOf } from '../../support/documented-examples.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { cleanUp } from '../../support/server.js';

/** No server listens there: Appledger starts, accepts writes and answers no query. */
const MONGODB_AWAY = 'mongodb://127.0.0.1:1/appledger?serverSelectionTimeoutMS=200';

const events = new GatewayProcess();
let checkout: Checkout;
let appId: string;
beforeAll(async () => {
  await events.start();
  checkout = new Checkout();
  const { server, createApp } = await startAppledger({ dataDir: checkout.dataDir });
  appId = (await createApp({ name: 'Moved' })).body.appId;
  await server.stop();
});
afterAll(async () => {
  await cleanUp();
  await events.end('SIGKILL');
});

function examplesThatEnd(end: string): readonly string[] {
  return examplesOf('distributed.md').filter((example) => example.endsWith(end));
}

/** The example with the stores of this test in place of the documented ones. */
const onOurStores = (example: string) =>
  example.replace(/'kurrentdb:[^']*'/, `'${events.connectionString}'`).replace(/'mongodb:[^']*'/, `'${MONGODB_AWAY}'`);

/** Starts the server of an example on free ports. Returns its URL, and a function that kills it. */
async function start(line: string, cwd: string) {
  const child = spawn('bash', ['-c', line], {
    cwd,
    env: { PATH: process.env.PATH, APPLEDGER_PORT: '0', APPLEDGER_GATEWAY_PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true, // so that the whole process group of npm can be killed
  });
  const closed = once(child, 'close');
  for await (const printed of createInterface({ input: child.stdout })) {
    const [, url] = /listens on (http:\S+)/.exec(printed) ?? [];
    if (url !== undefined) return { url, end: () => endGroup(child.pid ?? 0, closed) };
  }
  throw new Error('the server exited before it listened');
}

async function endGroup(pid: number, closed: Promise<unknown>): Promise<void> {
  process.kill(-pid, 'SIGKILL');
  await closed;
}

describe('docs/distributed.md', () => {
  it('contains commands that move the events; a server on the target then answers the same', async () => {
    const lines = examplesThatEnd(' ../appledger-events');
    expect(lines.map((line) => / (export|import) /.exec(line)?.[1])).toEqual(['export', 'import']);
    for (const line of lines) expect(await checkout.run(onOurStores(line))).toMatchObject({ code: 0, stderr: '' });
    const env = { APPLEDGER_EVENTSTORE_URL: events.connectionString };
    const { call, getApp } = await startAppledger({ dataDir: checkout.dataDir, env });
    await ready(call);
    expect((await getApp(appId)).body.app.name).toBe('Moved');
    await cleanUp();
  });

  it('contains commands that start a server on the stores that they name', async () => {
    const lines = examplesThatEnd(' npm start');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const { folder } = new Checkout();
      // No MongoDB answers here, and without its answer a server makes no event log unless it is told to.
      const { url, end } = await start(`APPLEDGER_NEW_EVENT_LOG=true ${onOurStores(line)}`, folder);
      try {
        expect((await fetch(`${url}/debug/ready/read`)).status).toBe(503);
        expect((await fetch(`${url}/debug/ready/write`)).status).toBe(200);
        const keepsEvents = existsSync(join(folder, 'data', 'events'));
        expect(keepsEvents).toBe(!line.includes('APPLEDGER_EVENTSTORE_URL='));
      } finally {
        await end();
      }
    }
  });
});
