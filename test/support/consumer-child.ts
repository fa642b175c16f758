/**
 * A consumer in a process of its own, without documents: it follows an event store over EventStoreDB's protocol and
 * appends a line to a file for each event that it has handled and each checkpoint that it has saved. Writes `ready` to
 * standard output once it runs, or waits for its lease.
 *
 * Usage: node consumer-child.js EVENT_STORE_URL RECORDS OUTPUT_FILE
 *
 * RECORDS is a folder, for this process alone, or a mongodb:// URL that several processes share under a lease.
 */
import { appendFileSync, writeSync } from 'node:fs';
import { type CheckpointStore, RecordedCheckpoint } from '#libs/engine/consumer/checkpoint-store.js';
import { LeasedGroup } from '#libs/engine/consumer/leased-group.js';
import { consumerRunner } from '#libs/engine/consumer/run-consumer.js';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { openMongoDbReadModel } from '#libs/engine/documents/mongodb/mongodb-read-model.js';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import { silentLog } from './silent-log.js';

const STDOUT = 1;

const [eventStoreUrl = '', recordsAt = '', outputFile = ''] = process.argv.slice(2);
const isShared = recordsAt.startsWith('mongodb://');
const records: RecordStore = isShared
  ? await openMongoDbReadModel(recordsAt, silentLog)
  : openEmbeddedReadModel(recordsAt);
const eventStore = await openEventStoreDb(eventStoreUrl, silentLog);
const write = (line: string) => appendFileSync(outputFile, `${process.pid} ${line}\n`);

const recorded = new RecordedCheckpoint(records, 'orders');
const checkpoint: CheckpointStore = {
  load: () => recorded.load(),
  save: async (place) => {
    await recorded.save(place);
    write(`saved ${place.position}`);
  },
};
const runner = consumerRunner(
  {
    name: 'orders',
    streamPrefixes: ['order-'],
    checkpoint,
    handle: async (events) => {
      for (const { position } of events) write(`handled ${position}`);
    },
  },
  { eventStore, log: silentLog, metrics: { failure: () => undefined } },
);
const lease = { name: 'lease of the orders', records, log: silentLog, takenText: 'this process consumes orders now' };
const group = new LeasedGroup([runner], isShared ? 'shared' : 'alone', lease);
group.start();
writeSync(STDOUT, 'ready\n');
process.on('SIGTERM', async () => {
  await group.stop();
  process.exit();
});
