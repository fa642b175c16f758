import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { cleanUp, startServer } from '../support/server.js';
import { silentLog } from '../support/silent-log.js';
import { tempFolder } from '../support/temp-folder.js';

const DAY = 86_400_000;
const POLL_MS = 300;
/** As many as a client may have beside its first one. */
const SECRETS = 19;

let events: GatewayProcess;
let store: EventStore;
let dataDir: string;

beforeEach(async () => {
  events = new GatewayProcess();
  await events.start();
  store = await openEventStoreDb(events.connectionString, silentLog);
  dataDir = tempFolder();
});
afterEach(async () => {
  await cleanUp();
  await store.close();
  await events.end('SIGKILL');
});

/** Lets the clock of the server say a later time. */
function environment(daysLater: number): Readonly<Record<string, string>> {
  const code = `const now = Date.now; Date.now = () => now() + ${daysLater * DAY};`;
  return {
    APPLEDGER_EVENTSTORE_URL: events.connectionString,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
  };
}
const startAfter = (days: number, folder = dataDir) => startServer({ dataDir: folder, env: environment(days) });

/** An application with secrets that live for so many days. */
async function applicationWith({ createApp, call }: Appledger, ...lives: readonly number[]): Promise<string> {
  const { appId } = (await createApp({ name: `${lives.length} secrets ${Math.random()}` })).body;
  for (const [index, days] of lives.entries()) {
    const body = { name: `${index}`, expiresAt: new Date(Date.now() + days * DAY).toISOString() };
    expect((await call(`POST /appledger/v1/applications/${appId}/secrets`, { body })).status).toBe(200);
  }
  return appId;
}

/** The notices in the log, in their order: the secret and the days before its expiry, 0 for the expiry itself. */
async function notices(): Promise<readonly (readonly [secretId: string, days: number])[]> {
  const found: [string, number][] = [];
  for await (const { type, data } of store.readAll({ filter: { streamPrefixes: ['application-'] } })) {
    const { secretId, days = 0 } = data as { readonly secretId: string; readonly days?: number };
    if (type === 'SecretExpiring' || type === 'SecretExpired') found.push([secretId, days]);
  }
  return found;
}

/** Waits until the log holds at least so many notices. */
async function noticed(count: number): Promise<void> {
  while ((await notices()).length < count) await delay(POLL_MS);
}

async function prepared(...lives: readonly (readonly number[])[]): Promise<void> {
  const server = await startAppledger({ dataDir, env: environment(0) });
  for (const each of lives) await applicationWith(server, ...each);
  await server.server.stop();
}

describe('notices of the expiry of secrets are in the log once each', () => {
  it('through restarts, a clock that is set back, and an outage of weeks', async () => {
    await prepared([10, 40]);
    // The number of notices that are in the log when the clock has said this.
    for (const [days, count] of [
      [3.5, 1],
      [10.5, 3],
      [1, 3],
      [80, 4],
    ] as const) {
      const server = await startAfter(days);
      await noticed(count);
      await server.stop();
    }
    const [short, long] = [...new Set((await notices()).map(([secretId]) => secretId))];
    const daysOf = async (secret = '') => (await notices()).filter(([id]) => id === secret).map(([, days]) => days);
    expect(await daysOf(short)).toEqual([7, 0]);
    expect(await daysOf(long)).toEqual([30, 0]);
  });

  it('when the process is killed while it writes them', async () => {
    await prepared(new Array<number>(SECRETS).fill(5), new Array<number>(SECRETS).fill(5));
    const killed = await startAfter(6);
    await noticed(1);
    await killed.stop('SIGKILL');
    const next = await startAfter(6);
    await noticed(2 * SECRETS);
    await next.stop();
    await thenEachOnce(2 * SECRETS);
  });

  it('when two processes write them at the same time', async () => {
    await prepared(new Array<number>(SECRETS).fill(5), new Array<number>(SECRETS).fill(5));
    const folder = tempFolder();
    await cp(join(dataDir, 'development-issuer.json'), join(folder, 'development-issuer.json'));
    const both = await Promise.all([startAfter(6), startAfter(6, folder)]);
    await noticed(2 * SECRETS);
    await Promise.all(both.map((server) => server.stop()));
    await thenEachOnce(2 * SECRETS);
  });

  async function thenEachOnce(count: number): Promise<void> {
    const all = await notices();
    expect(all).toHaveLength(count);
    expect(new Set(all.map(String)).size).toBe(count);
  }
});
