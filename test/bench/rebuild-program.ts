/**
 * A program: builds documents into an empty read model, the folder BENCH_READ_MODEL or the MongoDB database that
 * BENCH_MONGODB_URL names, and prints what that took as JSON. It builds those of `applications` from the log in
 * BENCH_LOG, or those of all projections together from the EventStoreDB that BENCH_EVENTSTORE_URL names.
 */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { fileFault } from '#libs/engine/documents/embedded/file-check/check-file.js';
import { TABLE_NAMES } from '#libs/engine/documents/embedded/lmdb-tables.js';
import { DATA_FILE } from '#libs/engine/documents/embedded/open-lmdb.js';
import { openMongoDbReadModel } from '#libs/engine/documents/mongodb/mongodb-read-model.js';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import { GenerationRunner } from '#libs/engine/projector/generation-runner.js';
import { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { ProjectionMetrics } from '#libs/engine/projector/projection-metrics.js';
import { applicationsProjection } from '#libs/registry/applications/projections/applications/applications.projection.js';
import { features } from '#libs/registry/features.js';
import { silentLog } from '../support/silent-log.js';
import { type ResidentMemory, residentMemory } from './resident-memory.js';

const SAMPLE_MS = 50;
const FOREVER_MS = 2 ** 31 - 1;

const { BENCH_LOG = '', BENCH_READ_MODEL = '', BENCH_EVENTSTORE_URL, BENCH_MONGODB_URL } = process.env;
const isRemote = BENCH_EVENTSTORE_URL !== undefined;
const eventStore = isRemote
  ? await openEventStoreDb(BENCH_EVENTSTORE_URL, silentLog)
  : await openEmbeddedEventStore({ path: BENCH_LOG, readOnly: false });
const readModel =
  BENCH_MONGODB_URL === undefined
    ? openEmbeddedReadModel(BENCH_READ_MODEL)
    : await openMongoDbReadModel(BENCH_MONGODB_URL, silentLog);
const log = 'log' in eventStore ? eventStore.log.identity : randomUUID();
const identity = new LogIdentity(eventStore, async () => log);
const metrics = new ProjectionMetrics(new Registry());
const parts = { eventStore, codec: features.codec, readModel, identity, log: silentLog, metrics };
const built = isRemote ? features.projections : [applicationsProjection];
const runners = built.map(
  (projection) =>
    new GenerationRunner(projection, { collection: projection.collection, generation: { number: 1, log } }, parts),
);

const before = residentMemory('self');
const peak = { ...before };
const sampling = setInterval(() => {
  for (const [column, megabytes] of Object.entries(residentMemory('self') ?? {})) {
    peak[column as keyof ResidentMemory] = Math.max(peak[column as keyof ResidentMemory] ?? 0, megabytes);
  }
}, SAMPLE_MS);
const since = performance.now();
for (const runner of runners) runner.start();
const head = await eventStore.head();
const areDone = await Promise.all(runners.map((runner) => runner.waitFor(head, FOREVER_MS)));
const seconds = (performance.now() - since) / 1_000;
clearInterval(sampling);
for (const [index, runner] of runners.entries()) {
  if (areDone[index] !== true) throw new Error(runner.status().failure?.message ?? 'the building ended early');
}
const events = Math.max(...runners.map((runner) => runner.events));
for (const runner of runners) await runner.stop();
await readModel.close();
const file = BENCH_MONGODB_URL === undefined ? checkedFile(join(BENCH_READ_MODEL, DATA_FILE)) : undefined;
console.log(JSON.stringify({ events, seconds, before, peak, file }));
await eventStore.close();

/** How long the check at a start takes, in milliseconds, and the size of the file in MB. */
function checkedFile(path: string) {
  const start = performance.now();
  const fault = fileFault(path, { readOnly: false, tables: TABLE_NAMES });
  if (fault !== undefined) throw new Error(`the file of the documents is damaged: ${fault}`);
  return { checkMs: performance.now() - start, megabytes: statSync(path).size / 1e6 };
}
