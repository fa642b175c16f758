import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { progressLine } from '#libs/engine/projector/rebuild-progress.js';
import { readConfiguration, unknownVariables } from '#libs/engine/runtime/configuration.js';
import { appendTo } from '../../support/append-to.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { Checkout } from '../../support/checkout.js';
import { examplesOf } from '../../support/documented-examples.js';
import { readObjects } from '../../support/kubernetes-manifests.js';
import { requestLine } from '../../support/log-lines.js';
import { cleanUp, startServer } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';
import { until } from '../../support/until.js';

const NPM = /^npm run -s appledger -- /.source;
const BACK_UP = 'npm run -s appledger -- backup ../appledger-backup';

/** Shared by the examples that leave the server running. */
let checkout: Checkout;
let shared: Appledger;
beforeAll(async () => {
  ({ checkout, appledger: shared } = await withServer());
});
afterAll(cleanUp);

/** Starts a server on `./data` of a new checkout, with one application. */
async function withServer() {
  const checkout = new Checkout();
  const appledger = await startAppledger({ dataDir: checkout.dataDir });
  await ready(appledger.call);
  const { appId } = (await appledger.createApp({ name: 'Documented' })).body;
  return { checkout, appledger, appId: appId as string };
}

/** Runs the example while the server runs. Expects exit code 0, the output, and nothing on stderr. */
function prints(stdout: RegExp) {
  return async (example: string) => {
    expect(await checkout.run(example)).toEqual({ code: 0, stdout: expect.stringMatching(stdout), stderr: '' });
  };
}

async function skips(example: string): Promise<void> {
  const { checkout, appledger } = await withServer();
  await appledger.server.stop();
  const id = await appendTo(checkout.dataDir, 'application-7', 'ApplicationAdded', { appId: 7 });
  const { createApp, getApp } = await startAppledger({ dataDir: checkout.dataDir });
  const { appId } = (await createApp({ name: 'After the event' })).body;
  await until(async () =>
    (await checkout.run('npm run -s appledger -- projections list applications')).stdout.includes(id),
  );
  const { code, stdout } = await checkout.run(example.replace('ID', id));
  expect(stdout).toContain('as decided by tester: …');
  expect(code).toBe(0);
  await until(async () => (await getApp(appId)).status === 200);
}

const SALVAGE = 'npm run -s appledger -- log salvage ../appledger-salvaged';

/** Salvages the log of a stopped server, then runs the example when it is a later step. A server runs on the result. */
async function salvages(example: string): Promise<void> {
  const { checkout, appledger, appId } = await withServer();
  await appledger.server.stop();
  const { code, stdout } = await checkout.run(SALVAGE);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+ events copied into /) });
  if (example !== SALVAGE) expect(await checkout.run(example)).toEqual({ code: 0, stdout: '', stderr: '' });
  const dataDir = join(dirname(checkout.folder), 'appledger-salvaged');
  expect(readdirSync(dataDir).includes('development-issuer.json')).toBe(example !== SALVAGE);
  if (example === SALVAGE) return;
  const { call, getApp } = await startAppledger({ dataDir });
  await ready(call);
  expect((await getApp(appId)).body.app.name).toBe('Documented');
}

async function restores(example: string): Promise<void> {
  const { checkout, appledger, appId } = await withServer();
  expect((await checkout.run(BACK_UP)).code).toBe(0);
  const later = (await appledger.createApp({ name: 'Later' })).body.appId;
  await appledger.server.stop();
  if (!example.includes(' --replace')) rmSync(checkout.dataDir, { recursive: true });
  expect(await checkout.run(example)).toMatchObject({ code: 0, stderr: '' });
  const setAside = readdirSync(checkout.dataDir).filter((name) => name.startsWith('replaced-'));
  expect(setAside).toHaveLength(example.includes(' --replace') ? 1 : 0);
  const { call, getApp } = await startAppledger({ dataDir: checkout.dataDir });
  await ready(call);
  expect((await getApp(appId)).body.app.name).toBe('Documented');
  expect((await getApp(later)).status).toBe(404);
}

async function backsUp(example: string): Promise<void> {
  const { code, stdout, stderr } = await checkout.run(example);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^backed up into \S+appledger-backup: \d+ events in \d+ streams/);
  expect(readdirSync(dirname(checkout.folder)).sort()).toEqual([basename(checkout.folder), 'appledger-backup']);
}

/** Requests every path of the documented probes, including those in comments. */
async function probes(example: string): Promise<void> {
  const { livenessProbe, readinessProbe } = parse(example);
  const named = example.match(/\/debug\/[a-z/]+/g) ?? [];
  expect(named).toEqual(expect.arrayContaining([livenessProbe.httpGet.path, readinessProbe.httpGet.path]));
  for (const path of named) expect((await shared.call(`GET ${path}`)).status).toBe(200);
}

/** Sends a documented request: `/debug` to the API, the others to the gateway. */
async function isAnswered(example: string): Promise<void> {
  const path = example.split(' ')[1] ?? '';
  const events = (await shared.server.eventsUrl()).replace(/^\w+:/, 'http:');
  const origin = path.startsWith('/debug') ? shared.server.url : new URL(events).origin;
  expect((await fetch(origin + path)).status).toBe(path === '/health/live' ? 204 : 200);
}

/** The server reads the connection string from the file: it logs the address of that MongoDB. */
async function readsSecret(example: string): Promise<void> {
  const [name = '', path = ''] = example.split('=');
  const file = join(tempFolder(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'mongodb://127.0.0.1:1/appledger?serverSelectionTimeoutMS=200\n');
  const { dataDir, stop } = await startServer(); // makes the event log: the first start must reach MongoDB
  await stop();
  const { url, outputWith } = await startServer({ dataDir, env: { [name]: file } });
  expect((await fetch(`${url}/debug/ready/read`)).status).toBe(503);
  await outputWith(/127\.0\.0\.1:1\b/);
}

/** Sends a documented call, which answers a list. */
async function lists(example: string): Promise<void> {
  const { status, body } = await shared.call(example);
  expect([status, body]).toEqual([200, expect.objectContaining({ countingBegan: expect.any(String) })]);
}

async function isSetting(example: string): Promise<void> {
  const [name = '', value] = example.split('=');
  const certificate = { APPLEDGER_TLS_CERT: 'certificate.pem', APPLEDGER_TLS_KEY: 'key.pem' };
  expect(unknownVariables({ [name]: value })).toEqual([]);
  readConfiguration({ ...certificate, [name]: value });
  expect(() => readConfiguration({ ...certificate, [name]: `${value}x` })).toThrow(name);
}

async function isLogged(example: string): Promise<void> {
  const documented = JSON.parse(example);
  const requestId = randomUUID();
  const headers = { 'x-request-id': requestId, traceparent: `00-${documented.traceId}-b7ad6b7169203331-01` };
  await shared.call(shared.appsPath('POST'), { body: { name: 'Logged' }, headers });
  const real: Record<string, unknown> = { ...(await requestLine(shared.server, requestId)) };
  expect(Object.keys(real)).toEqual(Object.keys(documented));
  const alike = Object.entries(documented).map(([key, value]) => [key, typeof value]);
  expect(Object.entries(real).map(([key, value]) => [key, typeof value])).toEqual(alike);
  for (const key of ['level', 'name', 'traceId', 'protocol', 'method', 'code', 'msg']) {
    expect([key, real[key]]).toEqual([key, documented[key]]);
  }
}

async function isProgress(example: string): Promise<void> {
  const way = { from: 0n, to: 500_000n, now: 123_000n, events: 123_000, elapsedMs: 1_255.1 };
  expect(example).toBe(`applications: ${progressLine(way)}`);
}

/** A write answers the documented header, and a later request accepts it. */
async function isPosition(example: string): Promise<void> {
  const [name = '', documented] = example.split(': ');
  const { headers, body } = await shared.createApp({ name: 'Positioned' });
  const position = headers.get(name) ?? '';
  expect([documented, position]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
  const path = `/management/v1/projects/${shared.development.project}/apps/${body.appId}`;
  expect((await shared.call(`GET ${path}`, { headers: { [name]: position } })).status).toBe(200);
}

/** Builds what `kubectl apply -k` would apply, because there is no cluster. */
async function isBuilt(example: string): Promise<void> {
  const { code, stdout, stderr } = await checkout.run(example.replace('apply -k', 'kustomize'));
  expect([code, stderr]).toEqual([0, '']);
  const kinds = (objects: readonly { kind: string }[]) => objects.map(({ kind }) => kind).sort();
  const built = parseAllDocuments(stdout).map((document) => document.toJS());
  expect(kinds(built)).toEqual(kinds([...readObjects(join(checkout.folder, 'deploy/kubernetes')), { kind: 'Secret' }]));
}

async function isLinted(example: string): Promise<void> {
  const metrics = `curl -sf ${shared.server.url}/debug/metrics`;
  expect(await checkout.run(`set -o pipefail; ${metrics} | ${example}`)).toEqual({ code: 0, stdout: '', stderr: '' });
}

/** How the examples that match a pattern are checked. */
interface ExampleCheck {
  readonly pattern: RegExp;
  readonly check: (example: string) => Promise<void>;
  /** Program that the check needs; the check is skipped without it. */
  readonly needs?: string;
}

const LISTED = /^applications: generation \d+ serves, at position \d+/m;

const checks: readonly ExampleCheck[] = [
  { pattern: new RegExp(`${NPM}projections list$`), check: prints(LISTED) },
  { pattern: /^node dist\/programs\/appledger\.js projections list$/, check: prints(LISTED) },
  {
    pattern: new RegExp(`${NPM}projections rebuild applications$`),
    check: prints(/^applications: generation \d+ has been built and serves\n$/),
  },
  {
    pattern: new RegExp(`${NPM}projections verify (applications|all)$`),
    check: prints(/^applications: \d+ documents compared, all are what their events say$/m),
  },
  { pattern: new RegExp(`${NPM}projections skip applications --event ID --reason "…"$`), check: skips },
  { pattern: new RegExp(`^${BACK_UP}$`), check: backsUp },
  { pattern: new RegExp(`${NPM}restore ../appledger-backup( --replace)?( --new-ledger)?$`), check: restores },
  { pattern: new RegExp(`${NPM}log verify$`), check: prints(/ no damage found\n$/) },
  { pattern: new RegExp(`^${SALVAGE}$|^cp data/development-issuer.json ../appledger-salvaged/`), check: salvages },
  {
    pattern: new RegExp(`${NPM}unused --since 90d$`),
    check: (example) => prints(/^counting began \S+\n/)(`${example} --url ${shared.server.url}`),
  },
  { pattern: /^GET \/appledger\/v1\/applications:unused/, check: lists },
  { pattern: /^livenessProbe:/, check: probes },
  { pattern: /^GET \/(debug|health)\//, check: isAnswered },
  { pattern: /^APPLEDGER_\w+_FILE=/, check: readsSecret },
  { pattern: /^APPLEDGER_(?!\w+_FILE=)\w+=/, check: isSetting },
  { pattern: /^\{"level":.*"msg":"request"\}$/, check: isLogged },
  { pattern: /^applications: .* events /, check: isProgress },
  { pattern: /^x-appledger-position: /, check: isPosition },
  { pattern: /^kubectl apply -k deploy\/kubernetes$/, check: isBuilt, needs: 'kubectl' },
  { pattern: /^promtool check metrics$/, check: isLinted, needs: 'promtool' },
];

const isInstalled = (program: string) => spawnSync('which', [program]).status === 0;

describe('docs/operations.md', () => {
  const examples = examplesOf('operations.md');

  it('contains an example for each check', () => {
    expect(checks.filter(({ pattern }) => !examples.some((example) => pattern.test(example)))).toEqual([]);
  });

  for (const example of examples) {
    const found = checks.find(({ pattern }) => pattern.test(example));
    const missing = found?.needs !== undefined && !isInstalled(found.needs);
    (missing ? it.skip : it)(
      `example works: ${example.split('\n', 1)}${missing ? ` (${found.needs} is not installed)` : ''}`,
      async () => {
        if (found === undefined) throw new Error('No check matches this example: add one to the list');
        await found.check(example);
      },
    );
  }
});
