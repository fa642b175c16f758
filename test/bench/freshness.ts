import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { CHECKPOINTS } from '#libs/engine/documents/mongodb/checkpoint.js';
import { type Generations, generationsRecord, inGeneration } from '#libs/engine/documents/port/generations.js';
import { applicationsCollection } from '#libs/registry/applications/projections/applications/applications.document.js';
import { appsPathOf, fetchWhenReady, identity, newApp, startServer, tokenFor } from './appledger.js';
import { type Program, startProgram, withFolder } from './program.js';
import type { PartResult } from './report.js';
import type { Extent } from './throughput.js';

const CREATIONS_A_SECOND = 5;
const IDLE_READS = 200;
const POLL_MS = 2;
const DATABASE = 'bench_freshness';

/** An api, and a caller with all permissions there. */
interface Api {
  readonly program: Program;
  readonly token: string;
}

interface Answered {
  readonly status: number;
  readonly ms: number;
  readonly headers: Headers;
  readonly body: { readonly appId?: string; readonly result?: readonly unknown[] };
}

/** The delays of one creation, each measured from its answer. */
interface Round {
  readonly checkpoint: number;
  readonly here: Answered;
  readonly elsewhere: Answered;
  readonly list: Answered;
  readonly unrelated: Answered;
}

/**
 * Measures reads beside five creations a second where two apis leave the projections to a projector, on the gateway
 * and on the MongoDB of APPLEDGER_TEST_MONGODB_URL: how long after a write a read takes, beyond what the documents take
 * to be in MongoDB.
 */
export async function benchFreshness({ rounds, seconds }: Extent): Promise<PartResult> {
  const url = process.env.APPLEDGER_TEST_MONGODB_URL;
  if (url === undefined) return { part: 'freshness', figures: {}, aims: [] };
  return withFolder(async (folder) => {
    const client = await MongoClient.connect(url);
    await client.db(DATABASE).dropDatabase();
    const events = await startProgram('test/bench/targets/gateway.js', { BENCH_FOLDER: folder });
    const stores = {
      APPLEDGER_EVENTSTORE_URL: `esdb://${new URL(events.url).host}?tls=false`,
      APPLEDGER_MONGODB_URL: databaseUrl(url),
    };
    const projector = await startProgram('programs/projector.js', { ...stores, APPLEDGER_PORT: '0' });
    const apis = await startApis(folder, stores);
    try {
      await fetchWhenReady(`${projector.url}/debug/ready`);
      return await measure(client, join(folder, 'api-0'), apis, rounds * seconds * CREATIONS_A_SECOND);
    } finally {
      for (const { program } of apis) await program.stop();
      await projector.stop();
      await events.stop();
      await client.close();
    }
  });
}

/** The api that writes, another one, and one with consistency node. */
type Apis = readonly [Api, Api, Api];

async function startApis(folder: string, stores: Readonly<Record<string, string>>): Promise<Apis> {
  const env = { ...stores, APPLEDGER_PROJECTIONS: 'off', APPLEDGER_READ_PATIENCE_MS: '20000' };
  const first = await startApi(join(folder, 'api-0'), env);
  const others = [];
  for (const [name, consistency] of [
    ['api-1', 'store'],
    ['api-2', 'node'],
  ] as const) {
    const dataDir = join(folder, name);
    await mkdir(dataDir);
    await cp(join(folder, 'api-0', 'development-issuer.json'), join(dataDir, 'development-issuer.json'));
    others.push(await startApi(dataDir, { ...env, APPLEDGER_READ_CONSISTENCY: consistency }));
  }
  const [second, asNode] = others as [Api, Api];
  return [first, second, asNode];
}

async function startApi(dataDir: string, env: Readonly<Record<string, string>>): Promise<Api> {
  const program = await startServer(dataDir, env);
  return { program, token: await tokenFor(dataDir) };
}

async function measure(
  client: MongoClient,
  dataDir: string,
  [writer, other, asNode]: Apis,
  creations: number,
): Promise<PartResult> {
  const apps = appsPathOf((await identity(dataDir)).project);
  while ((await answer(other, 'GET', apps.replace(/\/apps$/, ''))).status !== 200) await delay(POLL_MS);
  const unrelated = `${apps}/${(await answer(writer, 'POST', `${apps}/api`, newApp())).body.appId}`;
  await answer(asNode, 'GET', unrelated);
  const all: Round[] = [];
  for (let made = 0; made < creations; made += 1) {
    const pause = delay(1_000 / CREATIONS_A_SECOND);
    all.push(await creation(client, { writer, other }, apps, unrelated));
    await pause;
  }
  const idle = { store: [] as number[], node: [] as number[] };
  for (let read = 0; read < IDLE_READS; read += 1) {
    idle.store.push((await answer(other, 'GET', unrelated)).ms);
    idle.node.push((await answer(asNode, 'GET', unrelated)).ms);
  }
  return result(all, idle);
}

async function creation(
  client: MongoClient,
  { writer, other }: { readonly writer: Api; readonly other: Api },
  apps: string,
  unrelated: string,
): Promise<Round> {
  const { name } = newApp();
  const created = await answer(writer, 'POST', `${apps}/api`, { name });
  const path = `${apps}/${created.body.appId}`;
  const position = Number(created.headers.get('x-appledger-position'));
  const search = { queries: [{ nameQuery: { name } }] };
  const [checkpoint, here, elsewhere, list, beside] = await Promise.all([
    reached(client, position),
    answer(writer, 'GET', path),
    answer(other, 'GET', path),
    answer(other, 'POST', `${apps}/_search`, search),
    answer(other, 'GET', unrelated),
  ]);
  return { checkpoint, here, elsewhere, list, unrelated: beside };
}

/** The time until the checkpoint in MongoDB has reached the position. */
async function reached(client: MongoClient, position: number): Promise<number> {
  const since = performance.now();
  const db = client.db(DATABASE);
  const records = db.collection<{ _id: string; value: Generations }>('records');
  const record = await records.findOne({ _id: generationsRecord(applicationsCollection) });
  const _id = inGeneration(applicationsCollection, record?.value.serving?.number ?? 0).name;
  const checkpoints = db.collection<{ _id: string; position: number }>(CHECKPOINTS);
  while (((await checkpoints.findOne({ _id }))?.position ?? -1) < position) await delay(POLL_MS);
  return performance.now() - since;
}

async function answer({ program, token }: Api, method: string, path: string, body?: unknown): Promise<Answered> {
  const since = performance.now();
  const response = await fetch(`${program.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Answered['body'], ms: performance.now() - since };
}

function result(all: readonly Round[], idle: { readonly store: number[]; readonly node: number[] }): PartResult {
  const missed = all.filter(
    ({ here, elsewhere, list }) =>
      here.status !== 200 || elsewhere.status !== 200 || list.body.result === undefined || isStale(list),
  ).length;
  const beyond = (of: (round: Round) => Answered) =>
    percentile(
      all.map((round) => of(round).ms - round.checkpoint),
      0.99,
    );
  const beyonds = {
    here: beyond(({ here }) => here),
    elsewhere: beyond(({ elsewhere }) => elsewhere),
    list: beyond(({ list }) => list),
  };
  const series: Readonly<Record<string, readonly number[]>> = {
    'until the documents are in MongoDB': all.map(({ checkpoint }) => checkpoint),
    'of a GET on the api that has written': all.map(({ here }) => here.ms),
    'of a GET on another api': all.map(({ elsewhere }) => elsewhere.ms),
    'of a list on another api': all.map(({ list }) => list.ms),
    'of a GET of an unrelated application': all.map(({ unrelated }) => unrelated.ms),
    'of an idle GET': idle.store,
    'of an idle GET with APPLEDGER_READ_CONSISTENCY=node': idle.node,
  };
  const figures = Object.entries(series).flatMap(([name, times]) => [
    [`ms ${name}, p50`, percentile(times, 0.5)] as const,
    [`ms ${name}, p99`, percentile(times, 0.99)] as const,
  ]);
  const question = percentile(idle.store, 0.5) - percentile(idle.node, 0.5);
  return {
    part: 'freshness',
    figures: {
      creations: all.length,
      'of them not found, not listed or stale': missed,
      ...Object.fromEntries(figures),
    },
    aims: [
      { what: 'creations not found or not listed a moment later', value: missed, below: 1 },
      { what: 'ms, p99 of a GET on the same api beyond the documents', value: beyonds.here, below: 50 },
      { what: 'ms, p99 of a GET on another api beyond the documents', value: beyonds.elsewhere, below: 50 },
      { what: 'ms, p99 of a list on another api beyond the documents', value: beyonds.list, below: 50 },
      { what: 'ms, p50 that the look at the event store adds to a GET', value: question, below: 5 },
    ],
  };
}

function isStale({ headers }: Answered): boolean {
  return headers.has('x-appledger-stale');
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function databaseUrl(server: string): string {
  const url = new URL(server);
  url.pathname = `/${DATABASE}`;
  return url.href;
}
