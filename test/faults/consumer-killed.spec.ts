import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { event, streamName } from '../contract/event-store/event-store-fixtures.js';
import { ConsumerOutput, ConsumerProcess } from '../support/consumer-process.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { silentLog } from '../support/silent-log.js';
import { tempFolder } from '../support/temp-folder.js';
import { until } from '../support/until.js';

const KILLS = 5;
const EVENTS_A_RUN = 40;

let gateway: TestGateway;
let eventStore: EventStore;
let output: ConsumerOutput;
let consumer: ConsumerProcess;

beforeAll(async () => {
  gateway = await startTestGateway();
  eventStore = await openEventStoreDb(gateway.connectionString, silentLog);
  output = new ConsumerOutput();
  consumer = new ConsumerProcess(gateway.connectionString, tempFolder(), output);
});

afterAll(async () => {
  await consumer.end();
  await eventStore.close();
  await gateway.close();
});

async function append(): Promise<bigint> {
  return (await eventStore.append(streamName('order'), [event('OrderPlaced')], 'noStream')).position;
}

describe('a consumer that is killed again and again', () => {
  const wanted: bigint[] = [];

  it('handles every event at least once, in order, in each of its runs', async () => {
    for (let run = 0; run < KILLS; run += 1) {
      await consumer.start();
      for (let count = 0; count < EVENTS_A_RUN; count += 1) wanted.push(await append());
      const half = wanted.length - EVENTS_A_RUN / 2;
      await until(() => output.count >= half);
      await consumer.end('SIGKILL');
    }
    wanted.push(await append());
    await consumer.start();
    await until(() => output.count === wanted.length);
    const runs = output.runs();
    expect(runs).toHaveLength(KILLS + 1);
    for (const { handled } of runs) {
      const from = wanted.indexOf(handled[0] ?? -1n);
      expect(handled).toEqual(wanted.slice(from, from + handled.length));
    }
    expect(new Set(runs.flatMap(({ handled }) => handled))).toEqual(new Set(wanted));
  });

  it('continues each run after the checkpoint of the previous run', () => {
    const runs = output.runs();
    for (const [index, { handled }] of runs.entries()) {
      const before = runs[index - 1];
      if (before === undefined) continue;
      // If it is killed after saving a checkpoint and before reporting it, it continues after every handled event.
      const places = [before.saved ?? -1n, before.handled.at(-1) ?? -1n];
      const next = places.map((place) => wanted.find((position) => position > place));
      expect(next).toContain(handled[0]);
    }
  });
});
