import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type RecordedEvent,
} from '#libs/engine/event-store/port/event-store.js';
import { event, streamName } from '../../../test/contract/event-store/event-store-fixtures.js';
import { except } from '../../../test/support/except.js';
import { LONG_MS, Projecting } from '../../../test/support/projecting.js';
import { until } from '../../../test/support/until.js';
import { type CheckpointStore, RecordedCheckpoint } from './checkpoint-store.js';
import type { Consumer } from './consumer.js';
import { UnhandledEventError } from './consumer-status.js';
import { consumerRunner } from './run-consumer.js';

const FAR = 2n ** 60n;
const PREFIX = 'order-';

let projecting: Projecting;
let failures: string[];
beforeEach(async () => {
  projecting = await Projecting.open();
  failures = [];
});
afterEach(() => projecting.close());

/** Appends an event that the consumers of these tests take. Answers its position. */
async function append(eventStore = projecting.eventStore): Promise<bigint> {
  return (await eventStore.append(streamName('order'), [event('OrderPlaced')], 'noStream')).position;
}

const checkpoint = (): CheckpointStore => new RecordedCheckpoint(projecting.readModel, 'orders');
const stored = async () => (await checkpoint().load())?.position;

/** A consumer that keeps what it has handled, and its runner. */
function start(changes: Partial<Consumer> = {}, eventStore: EventStore = projecting.eventStore) {
  const handled: bigint[] = [];
  const handle = async (events: readonly RecordedEvent[]) => {
    handled.push(...events.map(({ position }) => position));
  };
  const consumer = { name: 'orders', streamPrefixes: [PREFIX], checkpoint: checkpoint(), handle, ...changes };
  const metrics = { failure: (name: string) => failures.push(name) };
  const parts = { eventStore, log: projecting.parts.log, metrics };
  return { handled, runner: projecting.start(consumerRunner(consumer, parts)) };
}

describe('a consumer', () => {
  it('handles the events of its streams, those that are there and those that come', async () => {
    const wanted = [await append()];
    await projecting.addForeign();
    const { handled, runner } = start();
    for (let count = 0; count < 20; count += 1) {
      wanted.push(await append());
      if (count % 5 === 0) await projecting.addForeign();
    }
    expect(await runner.waitFor(wanted.at(-1) ?? FAR, LONG_MS)).toBe(true);
    expect(handled).toEqual(wanted);
    expect(await stored()).toBe(wanted.at(-1));
    await until(() => runner.status().state === 'live');
  });

  it('goes on after its checkpoint when it is started again', async () => {
    const first = start();
    const before = await append();
    await first.runner.waitFor(before, LONG_MS);
    await first.runner.stop();
    expect(first.runner.status()).toEqual({ state: 'stopped', position: before });
    const later = [await append(), await append()];
    const second = start();
    await second.runner.waitFor(later[1] ?? FAR, LONG_MS);
    expect(second.handled).toEqual(later);
  });

  it('saves that it has passed other events when it stops', async () => {
    const { handled, runner } = start();
    const position = await projecting.addForeign(3);
    expect(await runner.waitFor(position, LONG_MS)).toBe(true);
    await runner.stop();
    expect(await stored()).toBe(position);
    expect(handled).toEqual([]);
  });

  it('is given the same events again after a failure, and the log says so once', async () => {
    const tried: bigint[][] = [];
    const position = await append();
    const { runner } = start({
      handle: async (events) => {
        tried.push(events.map((each) => each.position));
        if (tried.length <= 3) throw new Error('the other side does not answer');
      },
    });
    await until(() => runner.status().failure !== undefined);
    expect(runner.status()).toMatchObject({
      state: 'catchingUp',
      failure: { message: 'the other side does not answer' },
    });
    expect(await stored()).toBeUndefined();
    expect(await runner.waitFor(position, LONG_MS)).toBe(true);
    expect(tried).toEqual([[position], [position], [position], [position]]);
    expect(runner.status().failure).toBeUndefined();
    expect(projecting.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['warn', { err: expect.any(Error), consumer: 'orders' }],
      ['info', { consumer: 'orders' }],
    ]);
    expect(failures).toEqual(['orders']);
  });

  it('is given the same events again when its checkpoint cannot be saved', async () => {
    let outages = 2;
    const real = checkpoint();
    const { handled, runner } = start({
      checkpoint: {
        load: () => real.load(),
        save: (place) => {
          outages -= 1;
          return outages >= 0 ? Promise.reject(new Error('no room')) : real.save(place);
        },
      },
    });
    const position = await append();
    expect(await runner.waitFor(position, LONG_MS)).toBe(true);
    expect(handled).toEqual([position, position, position]);
    expect(await stored()).toBe(position);
  });

  it('waits out an event store that is away', async () => {
    let outages = 2;
    const { eventStore } = projecting;
    const failing = except(eventStore, {
      subscribeToAll(options) {
        outages -= 1;
        if (outages < 0) return eventStore.subscribeToAll(options);
        throw new EventStoreUnavailableError('gone');
      },
    });
    const { handled, runner } = start({}, failing);
    const position = await append();
    expect(await runner.waitFor(position, LONG_MS)).toBe(true);
    expect(handled).toEqual([position]);
  });

  it('stops before an event that it can never handle, and says which', async () => {
    const position = await append();
    const { runner } = start({
      handle: async ([first]) => {
        if (first !== undefined) throw new UnhandledEventError(first, 'no such order');
      },
    });
    expect(await runner.waitFor(position, LONG_MS)).toBe(false);
    expect(runner.status()).toMatchObject({
      state: 'failed',
      position: BEFORE_FIRST_POSITION,
      failure: { message: 'no such order', event: { type: 'OrderPlaced', position } },
    });
    expect(projecting.lines).toMatchObject([{ level: 'error', message: 'consumer stopped' }]);
    await runner.stop();
    expect(await stored()).toBeUndefined();
  });

  it('stops when its checkpoint belongs to another log', async () => {
    await append();
    await checkpoint().save({ position: FAR, lastEvent: undefined });
    const { handled, runner } = start();
    await until(() => runner.status().state === 'foreign');
    expect(runner.status().failure?.message).toMatch(/it ends at 0/);
    await runner.stop();
    expect(handled).toEqual([]);
    expect(await stored()).toBe(FAR);
  });

  it('stops when its checkpoint is gone, so that it does not handle everything again', async () => {
    let isGone = false;
    const real = checkpoint();
    const { handled, runner } = start({
      checkpoint: {
        load: async () => (isGone ? undefined : real.load()),
        save: (place) => (isGone ? Promise.reject(new Error('gone')) : real.save(place)),
      },
    });
    const first = await append();
    await runner.waitFor(first, LONG_MS);
    isGone = true;
    const second = await append();
    await until(() => runner.status().state === 'lost');
    expect(handled).toEqual([first, second]);
  });

  it('handles each event at least once, in order, when two processes run it at once', async () => {
    const runs = [start(), start()];
    const wanted: bigint[] = [];
    for (let count = 0; count < 50; count += 1) wanted.push(await append());
    for (const { runner } of runs) expect(await runner.waitFor(wanted.at(-1) ?? FAR, LONG_MS)).toBe(true);
    const handled = new Set(runs.flatMap((run) => run.handled));
    expect([...handled].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(wanted);
    expect(await stored()).toBe(wanted.at(-1));
  });

  it('finishes the batch under way when it is stopped', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHandling = false;
    const { runner } = start({
      handle: async () => {
        isHandling = true;
        await gate;
      },
    });
    const position = await append();
    await until(() => isHandling);
    const stopped = runner.stop();
    release();
    await stopped;
    expect(await stored()).toBe(position);
  });

  it('works on records that outlive its process', async () => {
    const folder = `${projecting.folder}/records`;
    const position = await append();
    const first = openEmbeddedReadModel(folder);
    const { runner } = start({ checkpoint: new RecordedCheckpoint(first, 'orders') });
    await runner.waitFor(position, LONG_MS);
    await runner.stop();
    await first.close();
    const second = openEmbeddedReadModel(folder);
    const again = start({ checkpoint: new RecordedCheckpoint(second, 'orders') });
    const later = await append();
    await again.runner.waitFor(later, LONG_MS);
    expect(again.handled).toEqual([later]);
    await again.runner.stop();
    await second.close();
  });
});
