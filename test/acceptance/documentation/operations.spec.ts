import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, parseAllDocuments } from 'yaml';
import { progressLine } from '#libs/engine/projector/fill-progress.js';
import { readConfiguration, unknownVariables } from '#libs/engine/runtime/configuration.js';
import { appendTo } from '../../support/append-to.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { Checkout } from '../../support/checkout.js';
import { examplesOf } from '../../support/documented-examples.js';
import { readObjects } from '../../support/kubernetes-manifests.js';
import { requestLine } from '../../support/log-lines.js';
import { cleanUp, startServer } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';

const NPM = /^npm run -s appledger -- /.source;
const BACK_UP = 'npm run -s appledger -- backup ../appledger-backup';

/** For the examples that leave the server running. */
let checkout: Checkout;
let shared: Appledger;
beforeAll(async () => {
  ({ checkout, appledger: shared } = await withServer());
});
afterAll(cleanUp);

/** A checkout in which a server runs on `./data`, with one application. */
async function withServer() {
  const checkout = new Checkout();
  const appledger = await startAppledger({ dataDir: checkout.dataDir });
  await ready(appledger.call);
  const { appId } = (await appledger.createApp({ name: 'Documented' })).body;
  return { checkout, appledger, appId: appId as string };
}

/** Runs the example beside the server, and expects what it prints; its exit code is 0. */
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
  const { appId } = (await createApp({ name: 'Behind the event' })).body;
  while (!(await checkout.run('npm run -s appledger -- projections list applications')).stdout.includes(id));
  const { code, stdout } = await checkout.run(example.replace('ID', id));
  expect(stdout).toContain('as decided by tester: …');
  expect(code).toBe(0);
  while ((await getApp(appId)).status !== 200) await delay(50);
}

async function restores(example: string): Promise<void> {
  const { checkout, appledger, appId } = await withServer();
  expect((await checkout.run(BACK_UP)).code).toBe(0);
  const later = (await appledger.createApp({ name: 'Later' })).body.appId;
  await appledger.server.stop();
  if (!example.endsWith(' --replace')) rmSync(checkout.dataDir, { recursive: true });
  expect(await checkout.run(example)).toMatchObject({ code: 0, stderr: '' });
  const setAside = readdirSync(checkout.dataDir).filter((name) => name.startsWith('replaced-'));
  expect(setAside).toHaveLength(example.endsWith(' --replace') ? 1 : 0);
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

/** The paths that the probes of the page ask, in its comments too. */
async function probes(example: string): Promise<void> {
  const { livenessProbe, readinessProbe } = parse(example);
  const named = example.match(/\/debug\/[a-z/]+/g) ?? [];
  expect(named).toEqual(expect.arrayContaining([livenessProbe.httpGet.path, readinessProbe.httpGet.path]));
  for (const path of named) expect((await shared.call(`GET ${path}`)).status).toBe(200);
}

/** The requests that the page names: to the API, and to the gateway. */
async function isAnswered(example: string): Promise<void> {
  const path = example.split(' ')[1] ?? '';
  const events = (await shared.server.eventsUrl()).replace(/^\w+:/, 'http:');
  const origin = path.startsWith('/debug') ? shared.server.url : new URL(events).origin;
  expect((await fetch(origin + path)).status).toBe(path === '/health/live' ? 204 : 200);
}

/** The server takes the secret out of the file: it looks for the MongoDB that stands there. */
async function readsSecret(example: string): Promise<void> {
  const [name = '', path = ''] = example.split('=');
  const file = join(tempFolder(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'mongodb://127.0.0.1:1/appledger?serverSelectionTimeoutMS=200\n');
  const { url, outputWith } = await startServer({ env: { [name]: file } });
  expect((await fetch(`${url}/debug/ready/read`)).status).toBe(503);
  await outputWith(/127\.0\.0\.1:1\b/);
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

/** The header as a write answers it, sent with a later request. */
async function isPosition(example: string): Promise<void> {
  const [name = '', documented] = example.split(': ');
  const { headers, body } = await shared.createApp({ name: 'Positioned' });
  const position = headers.get(name) ?? '';
  expect([documented, position]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
  const path = `/management/v1/projects/${shared.development.project}/apps/${body.appId}`;
  expect((await shared.call(`GET ${path}`, { headers: { [name]: position } })).status).toBe(200);
}

/** `kubectl apply -k` without a cluster: what it would apply is built. */
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

interface Attempt {
  readonly of: RegExp;
  readonly by: (example: string) => Promise<void>;
  /** A program that need not be there. */
  readonly needs?: string;
}

const LISTED = /^applications: generation \d+ serves, at position \d+/m;

const attempts: readonly Attempt[] = [
  { of: new RegExp(`${NPM}projections list$`), by: prints(LISTED) },
  { of: /^node dist\/apps\/cli\/main\.js projections list$/, by: prints(LISTED) },
  {
    of: new RegExp(`${NPM}projections rebuild applications$`),
    by: prints(/^applications: generation \d+ has been built and serves\n$/),
  },
  {
    of: new RegExp(`${NPM}projections verify (applications|all)$`),
    by: prints(/^applications: \d+ documents compared, all are what their events say$/m),
  },
  { of: new RegExp(`${NPM}projections skip applications --event ID --reason "…"$`), by: skips },
  { of: new RegExp(`^${BACK_UP}$`), by: backsUp },
  { of: new RegExp(`${NPM}restore ../appledger-backup( --replace)?$`), by: restores },
  { of: /^livenessProbe:/, by: probes },
  { of: /^GET \/(debug|health)\//, by: isAnswered },
  { of: /^APPLEDGER_\w+_FILE=/, by: readsSecret },
  { of: /^APPLEDGER_(?!\w+_FILE=)\w+=/, by: isSetting },
  { of: /^\{"level":.*"msg":"request"\}$/, by: isLogged },
  { of: /^applications: .* events /, by: isProgress },
  { of: /^x-appledger-position: /, by: isPosition },
  { of: /^kubectl apply -k deploy\/kubernetes$/, by: isBuilt, needs: 'kubectl' },
  { of: /^promtool check metrics$/, by: isLinted, needs: 'promtool' },
];

const isThere = (program: string) => spawnSync('which', [program]).status === 0;

describe('the page about operations', () => {
  const examples = examplesOf('operations.md');

  it('has an example of each kind that is tried here', () => {
    expect(attempts.filter(({ of }) => !examples.some((example) => of.test(example)))).toEqual([]);
  });

  for (const example of examples) {
    const attempt = attempts.find(({ of }) => of.test(example));
    const missing = attempt?.needs !== undefined && !isThere(attempt.needs);
    (missing ? it.skip : it)(
      `has an example that works: ${example.split('\n', 1)}${missing ? ' (its program is missing)' : ''}`,
      async () => {
        if (attempt === undefined) throw new Error('nothing here tries this example: add an attempt of it');
        await attempt.by(example);
      },
    );
  }
});
