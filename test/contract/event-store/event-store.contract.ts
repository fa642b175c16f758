import { EventStoreUnavailableError, StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import { BEFORE_FIRST_POSITION, type EventStore } from '#libs/engine/event-store/port/event-store.js';
import { appendContract, orderContract, repetitionContract } from './event-store-appends.contract.js';
import { conditionContract } from './event-store-conditions.contract.js';
import { all, events, type OpenStore, type StoreUnderTest, streamName } from './event-store-fixtures.js';
import { readAllContract, readStreamContract } from './event-store-reads.contract.js';
import { subscriptionContract } from './event-store-subscription.contract.js';

/** What differs between adapters. */
interface ContractOptions {
  /** Number of concurrent appends that the adapter finishes in reasonable time. */
  readonly many?: number;
  /** Whether the store is in this process and knows its head without asking. */
  readonly isLocal?: boolean;
  /** Whether the store checks conditions on other streams; the tests of the other case are skipped. */
  readonly checksOtherStreams?: boolean;
}

/**
 * The contract of the event-store port, for every adapter. The store may hold other events, and positions may have
 * gaps: the suite uses unique streams and compares positions only with each other.
 */
export function eventStoreContract(
  name: string,
  open: OpenStore,
  { many = 10_000, isLocal = false, checksOtherStreams = true }: ContractOptions = {},
): void {
  describe(`event store: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: EventStore;

    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.close());

    describe('an append', () => appendContract(() => store, many));
    describe('an append that is repeated with the same ids', () => repetitionContract(() => store));
    describe('appends in order:', () => orderContract(() => store));
    describe('an append with a condition on another stream', () => conditionContract(() => tested, checksOtherStreams));
    describe('a read of a stream', () => readStreamContract(() => store));
    describe('a read of $all', () => readAllContract(() => store));
    subscriptionContract(open);
    describe('the local head', () => localHeadContract(open, isLocal));
    describe('the store', () => lifeContract(open));
  });
}

function localHeadContract(open: OpenStore, isLocal: boolean): void {
  if (!isLocal) {
    it('is undefined for a store in another process', async () => {
      const { store, close } = await open();
      await store.append(streamName(), events(1), 'noStream');
      expect(store.localHead).toBeUndefined();
      await close();
    });
    return;
  }

  it('is the newest position as soon as an append is answered', async () => {
    const { store, close } = await open();
    for (const count of [1, 3]) {
      const { position } = await store.append(streamName(), events(count), 'noStream');
      expect(store.localHead).toBe(position);
      expect(await store.head()).toBe(position);
    }
    await close();
  });

  it('is not newer than what a read finds that begins then', async () => {
    const { store, close } = await open();
    const appends = Array.from({ length: 50 }, () => store.append(streamName(), events(1), 'noStream'));
    for (const append of appends) {
      await append;
      const head = store.localHead;
      const [newest] = await all(store.readAll({ direction: 'backwards', limit: 1 }));
      expect(newest?.position).toBeGreaterThanOrEqual(head ?? Number.POSITIVE_INFINITY);
    }
    await close();
  });

  it('is not known of a closed store', async () => {
    const { store, close } = await open();
    await store.append(streamName(), events(1), 'noStream');
    await close();
    expect(store.localHead).toBeUndefined();
  });
}

function lifeContract(open: OpenStore): void {
  it('reports health while it is open, and that it is closed afterwards', async () => {
    const { store, close } = await open();
    expect(await store.health()).toMatchObject({ readable: true, writable: true });
    await close();
    expect(await store.health()).toMatchObject({ readable: false, writable: false, detail: expect.any(String) });
    await expect(store.append(streamName(), events(1), 'any')).rejects.toThrow(EventStoreUnavailableError);
    await expect(all(store.readAll())).rejects.toThrow(EventStoreUnavailableError);
    await expect(store.head()).rejects.toThrow(EventStoreUnavailableError);
  });

  it('has the same events after it is reopened, and continues after them', async () => {
    const tested = await open();
    const stream = streamName();
    const batch = events(3);
    const first = await tested.store.append(stream, batch, 'noStream');
    const before = await all(tested.store.readStream(stream));
    const store = await tested.reopen();
    expect((await all(store.readStream(stream))).map(plain)).toEqual(before.map(plain));
    expect(await store.append(stream, batch, 'noStream')).toEqual(first);
    const next = await store.append(stream, events(1), 2n);
    expect(next.position).toBeGreaterThan(first.position);
    return tested.close();
  });

  it('answers appends in progress when it is closed', async () => {
    const tested = await open();
    const stream = streamName();
    const appends = Array.from({ length: 100 }, (_, n) => tested.store.append(`${stream}-${n}`, events(1), 'noStream'));
    const store = await tested.reopen();
    await Promise.all(appends);
    expect(await all(store.readAll({ filter: { streamPrefixes: [stream] } }))).toHaveLength(100);
    return tested.close();
  });

  it('refuses a tombstoned stream, and keeps its events in $all', async () => {
    const tested = await open();
    const { store, tombstone } = tested;
    const stream = streamName();
    await store.append(stream, events(2), 'noStream');
    await tombstone(stream);
    for (const expected of ['any', 'noStream', 1n] as const) {
      await expect(store.append(stream, events(1), expected)).rejects.toThrow(StreamDeletedError);
    }
    await expect(all(store.readStream(stream))).rejects.toThrow(StreamDeletedError);
    const types = (await all(store.readAll({ filter: { streamPrefixes: [stream] } }))).map(({ type }) => type);
    expect(types).toEqual(['Numbered', 'Numbered', '$streamDeleted']);
    return tested.close();
  });

  it('has only positions after BEFORE_FIRST_POSITION', async () => {
    const { store, close } = await open();
    const [first] = await all(store.readAll({ limit: 1 }));
    if (first !== undefined) expect(first.position).toBeGreaterThan(BEFORE_FIRST_POSITION);
    expect(await store.head()).toBeGreaterThanOrEqual(BEFORE_FIRST_POSITION);
    await close();
  });
}

function plain(event: {
  id: string;
  type: string;
  data: unknown;
  metadata: unknown;
  revision: bigint;
  position: bigint;
}) {
  const { id, type, data, metadata, revision, position } = event;
  return { id, type, data, metadata, revision, position };
}
