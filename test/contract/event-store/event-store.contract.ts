import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  RevisionConflictError,
  StreamDeletedError,
} from '#libs/event-store/port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type EventToAppend,
  MAX_APPEND_BYTES,
} from '#libs/event-store/port/event-store.js';
import { all, event, events, type OpenStore, type StoreUnderTest, streamName } from './event-store-fixtures.js';
import { subscriptionContract } from './event-store-subscription.contract.js';

/**
 * What every adapter of the event-store port does. The store may hold other events, and positions may have gaps: the
 * suite uses streams of its own and compares positions only with each other.
 *
 * @param many appends are tried at once: as many as the way to the store can carry in reasonable time
 */
export function eventStoreContract(
  name: string,
  open: OpenStore,
  { many = 10_000 }: { readonly many?: number } = {},
): void {
  describe(`the event store: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: EventStore;

    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.close());

    describe('append', () => appendContract(() => store, many));
    describe('append, again with the same ids', () => repetitionContract(() => store));
    describe('appends in order', () => orderContract(() => store));
    describe('read a stream', () => readStreamContract(() => store));
    describe('read $all', () => readAllContract(() => store));
    subscriptionContract(open);
    describe('as a whole', () => lifeContract(open));
  });
}

function appendContract(current: () => EventStore, many: number): void {
  it('answers the revision and a position that ascends', async () => {
    const stream = streamName();
    const first = await current().append(stream, events(1), 'noStream');
    const second = await current().append(stream, events(2), 0n);
    expect([first.revision, second.revision]).toEqual([0n, 2n]);
    expect(second.position).toBeGreaterThan(first.position);
    expect(await current().head()).toBeGreaterThanOrEqual(second.position);
  });

  it.each([
    ['noStream', 'a stream that is there', 2, 'noStream', 1n],
    ['a revision that has passed', 'a longer stream', 2, 0n, 1n],
    ['a revision still to come', 'a shorter stream', 2, 5n, 1n],
    ['a revision', 'no stream', 0, 0n, 'noStream'],
    ['streamExists', 'no stream', 0, 'streamExists', 'noStream'],
  ] as const)('expecting %s of %s is refused and writes nothing', async (_, __, length, expected, actual) => {
    const stream = streamName();
    if (length > 0) await current().append(stream, events(length), 'noStream');
    const refusal = await current()
      .append(stream, events(1), expected)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RevisionConflictError);
    expect(refusal).toMatchObject({ stream, expected, actual });
    expect(await all(current().readStream(stream))).toHaveLength(length);
  });

  it('expecting anything, or that there is a stream, takes what is there', async () => {
    const stream = streamName();
    expect(await current().append(stream, events(1), 'any')).toMatchObject({ revision: 0n });
    expect(await current().append(stream, events(1), 'any')).toMatchObject({ revision: 1n });
    expect(await current().append(stream, events(1), 'streamExists')).toMatchObject({ revision: 2n });
  });

  it('of no events answers where the stream is, and still checks', async () => {
    const stream = streamName();
    await current().append(stream, events(3), 'noStream');
    expect(await current().append(stream, [], 2n)).toMatchObject({ revision: 2n });
    await expect(current().append(stream, [], 'noStream')).rejects.toThrow(RevisionConflictError);
  });

  it('of more than the limit is refused and writes nothing', async () => {
    const stream = streamName();
    const half = 'x'.repeat(MAX_APPEND_BYTES / 2);
    const refusal = current().append(stream, [event('Half', half), event('Half', half)], 'any');
    await expect(refusal).rejects.toThrow(AppendTooLargeError);
    expect(await all(current().readStream(stream))).toEqual([]);
  });

  it('of an event just under the limit is taken whole', async () => {
    const stream = streamName();
    const large = 'x'.repeat(MAX_APPEND_BYTES - 100); // some stores count the type as well
    await current().append(stream, [event('Large', large)], 'noStream');
    const [read] = await all(current().readStream(stream));
    expect(read?.data).toBe(large);
  });

  it('by sixty-four writers at once lets exactly one make the stream', async () => {
    const stream = streamName();
    const racers = Array.from({ length: 64 }, () => current().append(stream, events(2), 'noStream'));
    const outcomes = await Promise.allSettled(racers);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ name: 'RevisionConflictError', actual: 1n });
    }
    expect(await all(current().readStream(stream))).toHaveLength(2);
  });

  it('of several events at once puts them side by side, among other writers', async () => {
    const streams = Array.from({ length: 50 }, () => streamName());
    await Promise.all(streams.map((stream) => current().append(stream, events(3), 'noStream')));
    const mine = (await all(current().readAll())).filter(({ stream }) => streams.includes(stream));
    expect(mine).toHaveLength(150);
    for (let index = 0; index < mine.length; index += 3) {
      const [first, second, third] = mine.slice(index, index + 3).map(({ stream }) => stream);
      expect([second, third]).toEqual([first, first]);
    }
  });

  it(`${many} times at once keeps every one`, async () => {
    const prefix = streamName('many');
    const names = Array.from({ length: many }, (_, number) => `${prefix}-${number}`);
    await Promise.all(names.map((stream) => current().append(stream, events(1), 'noStream')));
    const read = await all(current().readAll({ filter: { streamPrefixes: [prefix] } }));
    expect(read.map(({ stream }) => stream).sort()).toEqual(names.sort());
  });
}

function orderContract(current: () => EventStore): void {
  it('to several streams answers each, in their order', async () => {
    const [one, other] = [streamName(), streamName()];
    const [first, second] = await current().appendInOrder([
      { stream: one, events: events(1), expected: 'noStream' },
      { stream: other, events: events(2), expected: 'noStream' },
    ]);
    expect(first?.revision).toBe(0n);
    expect(second?.revision).toBe(1n);
    expect(second?.position).toBeGreaterThan(first?.position ?? 0n);
    expect(await all(current().readStream(other))).toHaveLength(2);
  });

  it('to several streams stops at the first that fails, and says which', async () => {
    const [one, taken, behind] = [streamName(), streamName(), streamName()];
    await current().append(taken, events(1), 'noStream');
    const refused = current().appendInOrder([
      { stream: one, events: events(1), expected: 'any' },
      { stream: taken, events: events(1), expected: 'noStream' },
      { stream: behind, events: events(1), expected: 'noStream' },
    ]);
    await expect(refused).rejects.toMatchObject({ name: 'RevisionConflictError', stream: taken, actual: 0n });
    expect(await all(current().readStream(behind))).toEqual([]);
    expect(await all(current().readStream(taken))).toHaveLength(1);
  });

  it('to the same streams by many writers leaves no second append without its first', async () => {
    const gate = streamName();
    const streams = Array.from({ length: 20 }, () => streamName());
    const outcomes = await Promise.allSettled(
      streams.map((stream) =>
        current().appendInOrder([
          { stream: gate, events: events(1), expected: 'noStream' },
          { stream, events: events(1), expected: 'noStream' },
        ]),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const written = await Promise.all(streams.map((stream) => all(current().readStream(stream))));
    expect(written.flat()).toHaveLength(1);
  });
}

function repetitionContract(current: () => EventStore): void {
  it.each(['noStream', 'any'] as const)('expecting %s answers what the first time answered', async (expected) => {
    const stream = streamName();
    const batch = events(3);
    const first = await current().append(stream, batch, expected);
    await current().append(stream, events(2), 'any');
    expect(await current().append(stream, batch, expected)).toEqual(first);
    expect(await all(current().readStream(stream))).toHaveLength(5);
  });

  it('expecting a revision answers what the first time answered', async () => {
    const stream = streamName();
    await current().append(stream, events(2), 'noStream');
    const batch = events(2);
    const first = await current().append(stream, batch, 1n);
    expect(await current().append(stream, batch, 1n)).toEqual(first);
    expect(await all(current().readStream(stream))).toHaveLength(4);
  });

  it('at the same moment writes them once', async () => {
    const stream = streamName();
    const batch = events(2);
    const results = await Promise.all([1, 2, 3].map(() => current().append(stream, batch, 'any')));
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(await all(current().readStream(stream))).toHaveLength(2);
  });

  it('but with other events after them is refused', async () => {
    const stream = streamName();
    const [first, second] = events(2) as [EventToAppend, EventToAppend];
    await current().append(stream, [first, second], 'noStream');
    await expect(current().append(stream, [first, event('Other')], 'noStream')).rejects.toThrow(RevisionConflictError);
  });

  it('to another stream writes them there too', async () => {
    const batch = events(1);
    await current().append(streamName(), batch, 'any');
    const other = streamName();
    expect(await current().append(other, batch, 'any')).toMatchObject({ revision: 0n });
    expect(await all(current().readStream(other))).toHaveLength(1);
  });
}

function readStreamContract(current: () => EventStore): void {
  const stream = streamName();
  const numbers = async (options: Parameters<EventStore['readStream']>[1]) =>
    (await all(current().readStream(stream, options))).map(({ revision }) => Number(revision));

  beforeAll(() => current().append(stream, events(5), 'noStream'));

  it.each([
    [{}, [0, 1, 2, 3, 4]],
    [{ from: 3n }, [3, 4]],
    [{ from: 1n, limit: 2 }, [1, 2]],
    [{ from: 5n }, []],
    [{ limit: 0 }, []],
    [{ direction: 'backwards' }, [4, 3, 2, 1, 0]],
    [{ direction: 'backwards', limit: 2 }, [4, 3]],
    [{ direction: 'backwards', from: 2n }, [2, 1, 0]],
    [{ direction: 'backwards', from: 99n, limit: 1 }, [4]],
  ] as const)('%o', async (options, revisions) => {
    expect(await numbers(options)).toEqual(revisions);
  });

  it('gives back what was written, whatever the text', async () => {
    const written = event(
      'Größe 😀',
      { text: 'žluťoučký \u0000 \u2028 😀 \ud800', deep: [null, { a: 1.5 }] },
      { ключ: '値' },
    );
    const before = Date.now();
    const other = streamName('ünïcode 😀');
    const { position } = await current().append(other, [written], 'noStream');
    const [read] = await all(current().readStream(other));
    expect(read).toMatchObject({ ...written, stream: other, revision: 0n, position });
    expect(Math.abs((read?.recordedAt ?? 0) - before)).toBeLessThan(60_000);
  });

  it('of a stream that is not there yields nothing, also under an impossible name', async () => {
    expect(await all(current().readStream(streamName()))).toEqual([]);
    expect(await all(current().readStream('x'.repeat(1_000_000)))).toEqual([]);
  });

  it('of several pages yields all of it, in both directions', async () => {
    const long = streamName();
    for (let part = 0; part < 5; part += 1) await current().append(long, events(500), 'any');
    const forwards = (await all(current().readStream(long))).map(({ revision }) => revision);
    const backwards = (await all(current().readStream(long, { direction: 'backwards' }))).map(
      ({ revision }) => revision,
    );
    expect(forwards).toEqual(Array.from({ length: 2500 }, (_, revision) => BigInt(revision)));
    expect(backwards).toEqual(forwards.toReversed());
  });

  it('can be left early', async () => {
    for await (const { revision } of current().readStream(stream)) {
      expect(revision).toBe(0n);
      break;
    }
  });
}

function readAllContract(current: () => EventStore): void {
  const prefix = streamName('all');
  const mine = { streamPrefixes: [prefix] };

  beforeAll(async () => {
    for (let number = 0; number < 6; number += 1) {
      await current().append(
        `${prefix}-${number % 2}`,
        [event(number < 4 ? `${prefix}-Early` : 'Late', { number })],
        'any',
      );
    }
  });

  it('yields events in the order of their positions, each stream in the order of its revisions', async () => {
    const read = await all(current().readAll({ filter: mine }));
    expect(read.map(({ data }) => data)).toEqual([0, 1, 2, 3, 4, 5].map((number) => ({ number })));
    const positions = read.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(6);
  });

  it('backwards is the reverse, and starts at the end', async () => {
    const forwards = await all(current().readAll({ filter: mine }));
    const backwards = await all(current().readAll({ filter: mine, direction: 'backwards' }));
    expect(backwards.map(({ id }) => id)).toEqual(forwards.map(({ id }) => id).toReversed());
    const [newest] = await all(current().readAll({ direction: 'backwards', limit: 1 }));
    expect(newest?.position).toBeLessThanOrEqual(await current().head());
  });

  it('starts at a position, inclusive, and ends after so many events', async () => {
    const whole = await all(current().readAll({ filter: mine }));
    const from = whole[2]?.position ?? 0n;
    const part = await all(current().readAll({ from, limit: 1 }));
    expect(part.map(({ id }) => id)).toEqual([whole[2]?.id]);
    const before = await all(current().readAll({ from, filter: mine, direction: 'backwards', limit: 2 }));
    expect(before.map(({ id }) => id)).toEqual([whole[2]?.id, whole[1]?.id]);
  });

  it('filters by stream and by type, each of several prefixes', async () => {
    const numbers = async (filter: { streamPrefixes: string[] } | { typePrefixes: string[] }) =>
      (await all(current().readAll({ filter }))).map(({ data }) => (data as { number: number }).number);
    expect(await numbers({ streamPrefixes: [`${prefix}-1`] })).toEqual([1, 3, 5]);
    expect(await numbers({ streamPrefixes: [`${prefix}-1`, `${prefix}-0`] })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await numbers({ typePrefixes: [`${prefix}-E`] })).toEqual([0, 1, 2, 3]);
  });

  it('left while it looks for an event, gives up', async () => {
    const type = streamName('Sought');
    const { revision, position } = await current().append(streamName(), events(2_500), 'noStream');
    await current().append(streamName(), [event(type)], 'noStream');
    const from = position - revision; // before all that it has to look through, or at least in the middle of it
    const reading = current()
      .readAll({ from, filter: { typePrefixes: [type] } })
      [Symbol.asyncIterator]();
    const sought = reading.next();
    await reading.return?.();
    expect(await sought).toMatchObject({ done: true });
  });

  it('from beyond the end yields nothing', async () => {
    expect(await all(current().readAll({ from: (await current().head()) + 1_000_000_000n }))).toEqual([]);
  });
}

function lifeContract(open: OpenStore): void {
  it('is healthy while it is open, and says so when it is closed', async () => {
    const { store, close } = await open();
    expect(await store.health()).toMatchObject({ readable: true, writable: true });
    await close();
    expect(await store.health()).toMatchObject({ readable: false, writable: false, detail: expect.any(String) });
    await expect(store.append(streamName(), events(1), 'any')).rejects.toThrow(EventStoreUnavailableError);
    await expect(all(store.readAll())).rejects.toThrow(EventStoreUnavailableError);
    await expect(store.head()).rejects.toThrow(EventStoreUnavailableError);
  });

  it('keeps everything when it is opened again, and goes on where it was', async () => {
    const tested = await open();
    if (tested.reopen === undefined) return tested.close();
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

  it('answers an append that was under way when it is closed', async () => {
    const tested = await open();
    if (tested.reopen === undefined) return tested.close();
    const stream = streamName();
    const appends = Array.from({ length: 100 }, (_, n) => tested.store.append(`${stream}-${n}`, events(1), 'noStream'));
    const store = await tested.reopen();
    await Promise.all(appends);
    expect(await all(store.readAll({ filter: { streamPrefixes: [stream] } }))).toHaveLength(100);
    return tested.close();
  });

  it('refuses a stream that was deleted for good, and keeps its events in $all', async () => {
    const tested = await open();
    const { store, tombstone } = tested;
    if (tombstone === undefined) return tested.close();
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

  it('has a position before the first', async () => {
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
