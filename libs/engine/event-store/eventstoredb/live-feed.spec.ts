import { setTimeout as delay } from 'node:timers/promises';
import { all, event, events, streamName } from '../../../../test/contract/event-store/event-store-fixtures.js';
import { FaultyProxy } from '../../../../test/support/faulty-proxy/faulty-proxy.js';
import { startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { silentLog } from '../../../../test/support/silent-log.js';
import { until } from '../../../../test/support/until.js';
import type { RecordedEvent, SubscriptionBatch } from '../port/event-store.js';
import { type EventStoreDbEventStore, openEventStoreDb } from './eventstoredb-event-store.js';

const WANTED = { streamPrefixes: ['wanted-'] };

let gateway: TestGateway;
let proxy: FaultyProxy;
let store: EventStoreDbEventStore;
let readers: Reader[];

beforeEach(async () => {
  gateway = await startTestGateway();
  proxy = await FaultyProxy.start(gateway.port);
  store = await openEventStoreDb(proxy.connectionString, silentLog);
  readers = [];
});

afterEach(async () => {
  for (const reader of readers) await reader.stop();
  await store.close();
  await proxy.close();
  await gateway.close();
});

/** Follows the wanted events, at a pace of its own. */
class Reader {
  readonly events: RecordedEvent[] = [];
  last: SubscriptionBatch | undefined;
  readonly #stopped = new AbortController();
  readonly #ended: Promise<void>;

  /** @param pace is waited for after each batch */
  constructor(after: bigint, pace: () => Promise<unknown> | undefined = () => undefined) {
    this.#ended = this.#follow(after, pace);
    readers.push(this);
  }

  get ids(): readonly string[] {
    return this.events.map(({ id }) => id);
  }

  async #follow(after: bigint, pace: () => Promise<unknown> | undefined): Promise<void> {
    const options = { after, filter: WANTED, maxBatch: 50, signal: this.#stopped.signal };
    for await (const batch of store.subscribeToAll(options)) {
      this.events.push(...batch.events);
      this.last = batch;
      await pace();
    }
  }

  stop(): Promise<void> {
    this.#stopped.abort();
    return this.#ended;
  }
}

const isLive = (reader: Reader) => reader.last?.caughtUp === true;

async function live(count: number): Promise<Reader[]> {
  const started = Array.from({ length: count }, () => new Reader(-1n));
  await until(() => started.every(isLive) && proxy.subscriptions === 1);
  return started;
}

async function appendWanted(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 100) {
    await store.append(streamName('wanted'), events(Math.min(left, 100)), 'noStream');
  }
}

/** The ids of all wanted events, in order. */
async function wantedIds(): Promise<string[]> {
  return (await all(store.readAll({ filter: WANTED }))).map(({ id }) => id);
}

describe('a live feed', () => {
  it('is shared by all readers with the same filter, and decodes each event once', async () => {
    await appendWanted(120);
    const [first, ...others] = await live(4);
    await appendWanted(230);
    const wanted = await wantedIds();
    for (const reader of readers) {
      await until(() => reader.events.length >= wanted.length);
      expect(reader.ids).toEqual(wanted);
    }
    for (const other of others) expect(other.events.at(-1)).toBe(first?.events.at(-1));
    expect(proxy.subscriptions).toBe(1);
  });

  it('delivers no event of another program, and continues from the checkpoints of the server', async () => {
    const [reader] = await live(4);
    const before = proxy.bytesSent;
    const foreign = Array.from({ length: 100 }, () => event('Foreign', { text: 'x'.repeat(1_000) }));
    for (let appends = 0; appends < 30; appends += 1) {
      const fresh = foreign.map((each) => ({ ...each, id: crypto.randomUUID() }));
      await gateway.client.appendToStream(
        streamName('elsewhere'),
        fresh.map((each) => ({ ...each, contentType: 'application/json', metadata: undefined }) as never),
      );
    }
    await until(() => (reader?.last?.position ?? 0n) > 1_500n);
    expect(reader?.events).toEqual([]);
    expect(proxy.bytesSent - before).toBeLessThan(10_000); // of three megabytes
  });

  it('is joined by a subscription that has caught up, without a gap and without a duplicate', async () => {
    await appendWanted(6_000);
    await live(1);
    const late = new Reader(-1n);
    for (let appends = 0; appends < 20; appends += 1) await appendWanted(50);
    const wanted = await wantedIds();
    await until(() => late.events.length >= wanted.length);
    expect(late.ids).toEqual(wanted);
    await until(() => proxy.subscriptions === 1);
  });

  it('drops a slow reader, which catches up by itself, and does not delay the others', async () => {
    const [fast] = await live(1);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isSlow = false;
    const slow = new Reader(-1n, () => (isSlow ? released : undefined));
    await until(() => isLive(slow));
    isSlow = true;
    await appendWanted(10_000);
    const wanted = await wantedIds();
    await until(() => (fast?.events.length ?? 0) >= wanted.length);
    expect(slow.events.length).toBeLessThanOrEqual(50);
    release();
    isSlow = false;
    await until(() => slow.events.length >= wanted.length);
    expect(slow.ids).toEqual(wanted);
    expect(fast?.ids).toEqual(wanted);
    await until(() => proxy.subscriptions === 1);
  });

  it('is opened again when the server ends it, and each reader continues at its place', async () => {
    await live(3);
    for (let ends = 0; ends < 5; ends += 1) {
      await appendWanted(150);
      proxy.endSubscriptions();
      await delay(20);
    }
    await appendWanted(150);
    const wanted = await wantedIds();
    for (const reader of readers) {
      await until(() => reader.events.length >= wanted.length);
      expect(reader.ids).toEqual(wanted);
    }
    await until(() => proxy.subscriptions === 1);
  });

  it('delivers nothing twice to readers that are ahead of it when they join', async () => {
    await live(4);
    for (let ends = 0; ends < 40; ends += 1) {
      await Promise.all([appendWanted(20), appendWanted(20), delay(3).then(() => proxy.endSubscriptions())]);
    }
    const wanted = await wantedIds();
    for (const reader of readers) {
      await until(() => reader.events.length >= wanted.length);
      expect(reader.ids).toEqual(wanted);
    }
  });

  it('ends with its last reader', async () => {
    await live(2);
    for (const reader of readers) await reader.stop();
    await until(() => proxy.subscriptions === 0);
  });
});
