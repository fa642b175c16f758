import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore, SubscribeOptions, SubscriptionBatch } from '#libs/engine/event-store/port/event-store.js';
import { all, event, events, type OpenStore, type StoreUnderTest, streamName } from './event-store-fixtures.js';

/** Subscriptions to $all. */
export function subscriptionContract(open: OpenStore): void {
  describe('a subscription to $all', () => {
    let tested: StoreUnderTest;
    let store: EventStore;

    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.close());

    describe('catches up and continues live', () => orderContract(() => store));
    describe('filters:', () => filterContract(() => store));
    describe('ends', () => endContract(() => store, open));
  });
}

/** Reads batches until `enough` returns true, then ends the subscription. */
async function collect(
  store: EventStore,
  options: SubscribeOptions,
  enough: (batches: readonly SubscriptionBatch[]) => boolean | Promise<boolean>,
): Promise<SubscriptionBatch[]> {
  const batches: SubscriptionBatch[] = [];
  for await (const batch of store.subscribeToAll(options)) {
    batches.push(batch);
    if (await enough(batches)) break;
  }
  return batches;
}

const idsOf = (batches: readonly SubscriptionBatch[]) => batches.flatMap(({ events }) => events.map(({ id }) => id));
const countOf = (batches: readonly SubscriptionBatch[]) => batches.reduce((sum, { events }) => sum + events.length, 0);

function orderContract(current: () => EventStore): void {
  it('without gaps or duplicates during concurrent writes', async () => {
    const store = current();
    const prefix = streamName('live');
    const filter = { streamPrefixes: [prefix] };
    const written = 3_000;
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => store.append(`${prefix}-${n}`, events(1), 'noStream')));
    const reading = collect(store, { filter, maxBatch: 100 }, (batches) => countOf(batches) >= written);
    for (let round = 1_000; round < written; round += 100) {
      await Promise.all(
        Array.from({ length: 100 }, (_, n) => store.append(`${prefix}-${round + n}`, events(1), 'any')),
      );
    }
    const ids = idsOf(await reading);
    const stored = (await all(store.readAll({ filter }))).map(({ id }) => id);
    expect(stored).toHaveLength(written);
    expect(ids).toEqual(stored);
  });

  it('from a position, exclusive, with ascending checkpoints', async () => {
    const store = current();
    const prefix = streamName('from');
    const first = await store.append(`${prefix}-1`, events(2), 'noStream');
    const rest = events(3);
    await store.append(`${prefix}-2`, rest, 'noStream');
    const batches = await collect(store, { after: first.position, maxBatch: 2 }, (seen) => countOf(seen) >= 3);
    expect(idsOf(batches)).toEqual(rest.map(({ id }) => id));
    const positions = batches.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    for (const batch of batches) expect(batch.events.length).toBeLessThanOrEqual(2);
  });

  it('and reports that it has caught up, even if there was nothing to catch up with', async () => {
    const store = current();
    const after = await store.head();
    const [batch] = await collect(store, { after }, () => true);
    expect(batch).toEqual({ events: [], position: after, caughtUp: true });
  });

  it('for two readers with different batch sizes', async () => {
    const store = current();
    const after = await store.head();
    const stream = streamName();
    const readers = [100, 7].map((maxBatch) => collect(store, { after, maxBatch }, (seen) => countOf(seen) >= 300));
    const written = events(300);
    for (let start = 0; start < 300; start += 30) await store.append(stream, written.slice(start, start + 30), 'any');
    const [one, other] = await Promise.all(readers);
    expect(idsOf(one ?? [])).toEqual(written.map(({ id }) => id));
    expect(idsOf(other ?? [])).toEqual(written.map(({ id }) => id));
  });

  it('for a slow reader', async () => {
    const store = current();
    const after = await store.head();
    const prefix = streamName('slow');
    let written = 0;
    // A batch is read only after ten times its size was written, so the reader falls further and further behind.
    const batches = await collect(store, { after, maxBatch: 50 }, async (seen) => {
      if (written < 10_000) {
        await Promise.all(Array.from({ length: 10 }, () => store.append(`${prefix}-${written++}`, events(50), 'any')));
        written += 490;
      }
      return countOf(seen) >= 10_000;
    });
    const stored = (await all(store.readAll())).filter(({ position }) => position > after).map(({ id }) => id);
    expect(idsOf(batches)).toEqual(stored.slice(0, countOf(batches)));
    for (const batch of batches) expect(batch.events.length).toBeLessThanOrEqual(50);
  });
}

function filterContract(current: () => EventStore): void {
  it('it skips other events and moves the checkpoint past them', async () => {
    const store = current();
    const after = await store.head();
    const wanted = streamName('wanted');
    const one = await store.append(wanted, events(1), 'noStream');
    await store.append(streamName('other'), events(40), 'noStream');
    const head = await store.head();
    const batches = await collect(store, { after, filter: { streamPrefixes: [wanted] } }, (seen) => {
      const { position, caughtUp } = seen.at(-1) ?? { position: after, caughtUp: false };
      return position >= head && caughtUp;
    });
    expect(batches.flatMap((batch) => batch.events).map(({ position }) => position)).toEqual([one.position]);
    expect(batches.at(-1)?.caughtUp).toBe(true);
  });

  it('each checkpoint can be continued from', async () => {
    const store = current();
    const after = await store.head();
    const wanted = streamName('wanted');
    const filter = { streamPrefixes: [wanted] };
    const mine = events(10);
    for (const [n, one] of mine.entries()) {
      await store.append(`${wanted}-${n}`, [one], 'noStream');
      await store.append(streamName('other'), events(3), 'noStream');
    }
    const batches = await collect(store, { after, filter, maxBatch: 3 }, (seen) => countOf(seen) >= 10);
    for (const [n, { position, events: delivered }] of batches.entries()) {
      expect(delivered.length).toBeLessThanOrEqual(3);
      const left = mine.slice(countOf(batches.slice(0, n + 1))).map(({ id }) => id);
      const rest = await collect(store, { after: position, filter }, (seen) => countOf(seen) >= left.length);
      expect(idsOf(rest)).toEqual(left);
    }
  });

  it('by event type as well as by stream name, live too', async () => {
    const store = current();
    const after = await store.head();
    const type = streamName('Type');
    const reading = collect(store, { after, filter: { typePrefixes: [type] } }, (seen) => countOf(seen) >= 3);
    const mine = [event(`${type}-a`), event(`${type}-b`), event(`${type}-c`)];
    for (const one of mine) await store.append(streamName(), [event('Unwanted'), one], 'noStream');
    expect(idsOf(await reading)).toEqual(mine.map(({ id }) => id));
  });
}

function endContract(current: () => EventStore, open: OpenStore): void {
  it('without an error when it is aborted, before the start or while waiting', async () => {
    const store = current();
    const aborter = new AbortController();
    const after = await store.head();
    const waiting = all(store.subscribeToAll({ after, signal: aborter.signal }));
    const caughtUp = await collect(store, { after }, (seen) => seen.at(-1)?.caughtUp === true);
    expect(caughtUp).not.toHaveLength(0);
    aborter.abort();
    expect(countOf(await waiting)).toBe(0);
    expect(await all(store.subscribeToAll({ signal: aborter.signal }))).toEqual([]);
  });

  it('with an error when the store is closed', async () => {
    const { store, close } = await open();
    const batches = store.subscribeToAll({ after: await store.head() })[Symbol.asyncIterator]();
    expect(await batches.next()).toMatchObject({ done: false, value: { caughtUp: true } });
    const next = batches.next();
    await Promise.all([expect(next).rejects.toThrow(EventStoreUnavailableError), close()]);
  });
}
