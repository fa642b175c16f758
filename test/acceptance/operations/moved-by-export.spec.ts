import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersAbout } from '../../support/all-answers.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { appledger as run } from '../../support/cli.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import {
  basicOf,
  introspectAt,
  keyClient,
  type SecretClient,
  secretClient,
  tokenFor,
} from '../../support/introspecting.js';
import { cleanUp } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';

const target = new GatewayProcess();
afterAll(async () => {
  await cleanUp();
  await target.end('SIGKILL');
});

const ISSUER = 'development-issuer.json';

/** Registers clients of every kind, some of them changed or removed, in two projects, one of which is removed. */
async function register(
  appledger: Appledger,
): Promise<{ readonly projects: readonly string[]; readonly client: SecretClient }> {
  const { development, app, call } = appledger;
  const client = await secretClient(appledger);
  await app('PUT', client.appId, '', { name: 'Größe “renamed”' });
  await app('POST', client.appId, '/_deactivate', {});
  await app('POST', client.appId, '/_reactivate', {});
  await call(`POST /appledger/v1/applications/${client.appId}/secrets`, { body: {} });
  await keyClient(appledger);
  const removed = await keyClient(appledger);
  await app('DELETE', removed.appId, `/keys/${removed.keyId}`);
  await app('DELETE', removed.appId);
  const other = (await call('POST /management/v1/projects', { body: { name: 'Other' } })).body.id;
  await secretClient(appledger, other);
  await call(`DELETE /management/v1/projects/${other}`);
  return { projects: [development.project, other], client };
}

/** Every answer of the API about what has been registered, and whether a client can authenticate. */
async function answersOf(appledger: Appledger, { projects, client }: Awaited<ReturnType<typeof register>>) {
  await ready(appledger.call);
  const answers: Record<string, unknown> = {};
  for (const project of projects) answers[project] = Object.fromEntries(await answersAbout(appledger, project));
  const secrets = await appledger.call(`GET /appledger/v1/applications/${client.appId}/secrets`);
  const feed = (await appledger.call('GET /appledger/v1/events?limit=1000')).body;
  const token = await tokenFor(appledger.development, projects[0] ?? '');
  const { status, body } = await introspectAt(appledger.server)({ token }, basicOf(client));
  return { answers, secrets: withoutLog(secrets.body), feed: withoutLog(feed), authenticated: [status, body.active] };
}

/** What is of one event log or one server: positions in the log, its identity, addresses, and when a secret was used. */
const OF_ONE_LOG = new Set(['cursor', 'nextCursor', 'position', 'source', 'hasMore', 'dataschema', 'lastUsedAt']);

function withoutLog(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (name, value) => (OF_ONE_LOG.has(name) ? undefined : value)));
}

it('events move from the embedded store to EventStoreDB and back, and the API answers the same', async () => {
  await target.start();
  const exports = tempFolder();
  const [one, two] = [tempFolder(), join(tempFolder(), 'new')];
  const onTarget = { APPLEDGER_EVENTSTORE_URL: target.connectionString, APPLEDGER_STREAM_PREFIX: 'team.' };
  const cli = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const done = await run([...args, '--json'], env);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    return JSON.parse(done.stdout);
  };

  const embedded = await startAppledger({ dataDir: one });
  const registered = await register(embedded);
  const before = await answersOf(embedded, registered);
  expect(before.authenticated).toEqual([200, true]);
  expect(before.feed).toHaveProperty('events.length');
  const { events } = await cli(['export', join(exports, 'there')], { APPLEDGER_DATA_DIR: one }); // the server is running
  await embedded.server.stop();
  const ledger = await cli(['ledger', 'verify'], { APPLEDGER_DATA_DIR: one });
  const checkpoint = join(exports, 'checkpoint');
  writeFileSync(checkpoint, JSON.parse(readFileSync(join(exports, 'there', 'manifest.json'), 'utf8')).ledgerCheckpoint);
  expect(await cli(['import', join(exports, 'there')], onTarget)).toMatchObject({
    events,
    before: 0,
    imported: events,
  });

  const distributed = await startAppledger({ dataDir: one, env: onTarget });
  expect(await answersOf(distributed, registered)).toEqual(before);
  expect(await cli(['ledger', 'verify', '--against', checkpoint], { ...onTarget, APPLEDGER_DATA_DIR: one })).toEqual(
    ledger,
  );
  const back = await cli(['export', join(exports, 'back'), '--compress', 'gzip'], onTarget);
  expect(back).toMatchObject({ events, compression: 'gzip' });
  await distributed.server.stop();

  mkdirSync(two);
  cpSync(join(one, ISSUER), join(two, ISSUER));
  await cli(['import', join(exports, 'back')], { APPLEDGER_DATA_DIR: two });
  expect(existsSync(join(two, 'import.partial'))).toBe(false);
  expect(await cli(['ledger', 'verify', '--against', checkpoint], { APPLEDGER_DATA_DIR: two })).toMatchObject({
    events: ledger.events,
    root: ledger.root,
    contradicted: [],
  });
  const again = await startAppledger({ dataDir: two });
  expect(await answersOf(again, registered)).toEqual(before);
  expect((await again.createApp({ name: 'Later' })).status).toBe(200);
}, 180_000);
