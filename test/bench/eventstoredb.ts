import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import eventstore from '@eventstore/db-client';
import { type Appledger, fetchWhenReady, startAppledger } from './appledger.js';
import { fillLog } from './filled-log.js';
import { load, median } from './load.js';
import { processorMs } from './processor-time.js';
import { outputOf, type Program, startProgram, withFolder } from './program.js';
import type { Aim, PartResult } from './report.js';
import { creationTarget, type Extent } from './throughput.js';

const { EventStoreDBClient, jsonEvent, NO_STREAM } = eventstore;
type Client = InstanceType<typeof EventStoreDBClient>;

const IN_FLIGHT = [1, 16, 64] as const;
const WARM_UP_SECONDS = 2;
/** A creation makes two appends, one after the other. */
const APPENDS_PER_CREATION = 2;
const APPLICATIONS_TO_REBUILD = 50_000;
const PROJECTS = 100;

/** A gateway in a separate process replaces EventStoreDB; the client of EventStoreDB runs in this process. */
interface Store {
  readonly url: string;
  readonly client: Client;
}

/**
 * Compares Appledger on EventStoreDB's protocol with EventStoreDB's own client. Each has its own store, and they run
 * alternately, so that they do not disturb each other and other load on the machine affects both.
 */
export async function benchEventStoreDb(extent: Extent): Promise<PartResult> {
  const beside = await withStore((alone) =>
    withStore((shared) =>
      withFolder(async (dataDir) => {
        const appledger = await startAppledger(dataDir, { APPLEDGER_EVENTSTORE_URL: shared.url });
        try {
          await fetchWhenReady(`${appledger.program.url}/debug/ready`);
          const writer = await measureForeignWriter(alone, shared, extent);
          return [...(await measureCreations(alone, appledger, extent)), ...writer];
        } finally {
          await appledger.program.stop();
        }
      }),
    ),
  );
  const measured = [...beside, ...(await measureRebuild(extent))];
  return {
    part: 'eventstoredb',
    figures: Object.fromEntries(measured.flatMap(({ figures }) => Object.entries(figures))),
    aims: measured.map(({ aim }) => aim),
  };
}

/** A ratio and its two values. */
interface Measured {
  readonly figures: Readonly<Record<string, number>>;
  readonly aim: Aim;
}

async function measureCreations(alone: Store, appledger: Appledger, extent: Extent): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  let processorMsEach: number | undefined;
  for (const inFlight of IN_FLIGHT) {
    const target = { ...creationTarget(appledger), connections: inFlight };
    await load(target, { seconds: WARM_UP_SECONDS });
    await appendsPerSecond(alone, inFlight, WARM_UP_SECONDS);
    const rounds: { readonly client: number; readonly creations: number }[] = [];
    for (let round = 0; round < extent.rounds; round += 1) {
      const client = await appendsPerSecond(alone, inFlight, extent.seconds);
      const before = processorMs(appledger.program.pid);
      const { requestsPerSecond } = await load(target, extent);
      processorMsEach = each(before, processorMs(appledger.program.pid), requestsPerSecond * extent.seconds);
      rounds.push({ client, creations: requestsPerSecond });
    }
    const figures = {
      [`appends of two events a second by the client alone, ${inFlight} in flight`]: median(
        rounds.map((r) => r.client),
      ),
      [`creations a second, ${inFlight} connections`]: median(rounds.map((r) => r.creations)),
    };
    const value = median(rounds.map(({ client, creations }) => (creations * APPENDS_PER_CREATION) / client));
    measured.push({
      figures,
      aim: { what: `of half the client's appends: creations at ${inFlight} connections`, value, atLeast: 0.5 },
    });
  }
  const aim = { what: 'ms of processor time a creation, 64 connections', value: processorMsEach, below: 0.9 };
  return [...measured, { figures: {}, aim }];
}

function each(before: number | undefined, after: number | undefined, count: number): number | undefined {
  return before === undefined || after === undefined ? undefined : (after - before) / count;
}

/** A foreign writer, first on a separate store, then on the store of an idle Appledger. */
async function measureForeignWriter(alone: Store, shared: Store, extent: Extent): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const inFlight of IN_FLIGHT) {
    const rounds: { readonly alone: number; readonly beside: number }[] = [];
    for (const store of [alone, shared]) await appendsPerSecond(store, inFlight, WARM_UP_SECONDS);
    for (let round = 0; round < extent.rounds; round += 1) {
      rounds.push({
        alone: await appendsPerSecond(alone, inFlight, extent.seconds),
        beside: await appendsPerSecond(shared, inFlight, extent.seconds),
      });
    }
    const rate = median(rounds.map(({ beside }) => beside));
    measured.push({
      figures: { [`appends a second of a foreign writer beside an idle Appledger, ${inFlight} in flight`]: rate },
      aim: {
        what: `of alone: a foreign writer beside an idle Appledger, ${inFlight} in flight`,
        value: median(rounds.map(({ alone: before, beside }) => beside / before)),
        atLeast: 0.95,
      },
    });
  }
  return measured;
}

/** Compares the build of all projections with the client, which reads the same events once. */
function measureRebuild({ rounds }: Extent): Promise<readonly Measured[]> {
  return withFolder(async (folder) => {
    const log = join(folder, 'log');
    await mkdir(log);
    const projectOf = (application: number) => `${application % PROJECTS}`;
    await fillLog(log, { applications: APPLICATIONS_TO_REBUILD, organization: '69629023906488334', projectOf });
    return serve(log, async ({ url, client }) => {
      await readEventsPerSecond(client);
      const measured: { readonly client: number; readonly built: number }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const env = { BENCH_EVENTSTORE_URL: url, BENCH_READ_MODEL: join(folder, `read-model-${round}`) };
        const rate = await readEventsPerSecond(client);
        const { events, seconds } = JSON.parse(await outputOf('test/bench/rebuild-program.js', env));
        measured.push({ client: rate, built: events / seconds });
      }
      const figures = {
        'events a second read from $all by the client alone': median(measured.map((round) => round.client)),
        'events a second that all projections together are built from': median(measured.map(({ built }) => built)),
      };
      const value = median(measured.map(({ client: read, built }) => built / read));
      return [
        { figures, aim: { what: "of the client's read of $all: rebuild of all projections", value, atLeast: 0.8 } },
      ];
    });
  });
}

async function readEventsPerSecond(client: Client): Promise<number> {
  const began = performance.now();
  let events = 0;
  for await (const { event } of client.readAll()) events += event === undefined ? 0 : 1;
  return (events * 1_000) / (performance.now() - began);
}

async function appendsPerSecond({ client }: Store, inFlight: number, seconds: number): Promise<number> {
  const began = performance.now();
  const end = began + seconds * 1_000;
  let appends = 0;
  const append = async () => {
    while (performance.now() < end) {
      const events = [1, 2].map((number) => jsonEvent({ type: 'ForeignEvent', data: { number, text: FILLING } }));
      await client.appendToStream(`foreign-${randomUUID()}`, events, { expectedRevision: NO_STREAM });
      appends += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, append));
  return (appends * 1_000) / (performance.now() - began);
}

/** About the size of one of Appledger's events. */
const FILLING = 'x'.repeat(150);

function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  return withFolder((folder) => serve(folder, work));
}

/** Serves the log in a folder, and runs work with a client of it. */
async function serve<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const server: Program = await startProgram('test/bench/targets/gateway.js', { BENCH_FOLDER: folder });
  const url = `esdb://${new URL(server.url).host}?tls=false`;
  const client = EventStoreDBClient.connectionString(url);
  try {
    return await work({ url, client });
  } finally {
    await client.dispose();
    await server.stop();
  }
}
