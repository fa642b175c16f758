import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { event, streamName } from '../contract/event-store/event-store-fixtures.js';
import { ConsumerOutput, ConsumerProcess } from '../support/consumer-process.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { databaseUrl } from '../support/mongodb.js';
import { describeWithMongoDb, MongoDbProcess } from '../support/mongodb-process.js';
import { silentLog } from '../support/silent-log.js';
import { until } from '../support/until.js';

const EVENTS_A_ROUND = 20;

describeWithMongoDb('a consumer in two processes', () => {
  const events = new GatewayProcess();
  const mongo = new MongoDbProcess();
  const wanted: bigint[] = [];
  let eventStore: EventStore;
  let output: ConsumerOutput;
  let consumers: ConsumerProcess[];

  beforeAll(async () => {
    await Promise.all([events.start(), mongo.start()]);
    eventStore = await openEventStoreDb(events.connectionString, silentLog);
    output = new ConsumerOutput();
    const url = databaseUrl('consumers', mongo.url);
    consumers = [0, 1].map(() => new ConsumerProcess(events.connectionString, url, output));
  });

  afterAll(async () => {
    await Promise.all(consumers.map((consumer) => consumer.end()));
    await eventStore.close();
    await Promise.all([events.end(), mongo.end()]);
  });

  async function appendAndWait(): Promise<void> {
    for (let count = 0; count < EVENTS_A_ROUND; count += 1) {
      const { position } = await eventStore.append(streamName('order'), [event('OrderPlaced')], 'noStream');
      wanted.push(position);
    }
    await until(() => output.count === wanted.length);
  }

  it('runs in one of them', async () => {
    await consumers[0]?.start();
    await appendAndWait();
    await consumers[1]?.start();
    await appendAndWait();
    const [run, ...others] = output.runs();
    expect(run?.handled).toEqual(wanted);
    expect(others).toEqual([]);
  });

  it('is taken over from a process that was killed, after its checkpoint', async () => {
    await consumers[0]?.end('SIGKILL');
    await appendAndWait();
    const [first, second] = output.runs();
    const from = wanted.indexOf(second?.handled[0] ?? -1n);
    // The process may have been killed after it saved a checkpoint, and before it said so.
    expect(from).toBeGreaterThan(wanted.indexOf(first?.saved ?? -1n));
    expect(from).toBeLessThanOrEqual(wanted.indexOf(first?.handled.at(-1) ?? -1n) + 1);
    expect(second?.handled).toEqual(wanted.slice(from));
  });

  it('is handed over by a process that is stopped, and no event is handled twice', async () => {
    await consumers[0]?.start();
    await appendAndWait();
    const before = wanted.length;
    await consumers[1]?.end('SIGTERM');
    await appendAndWait();
    const [, , third] = output.runs();
    expect(third?.handled).toEqual(wanted.slice(before));
  });
});
