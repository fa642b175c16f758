import { type EventStore } from '#libs/engine/event-store/port/event-store.js';
import { all, event, events, streamName } from './event-store-fixtures.js';

/** Reads of a stream. */
export function readStreamContract(current: () => EventStore): void {
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
    [{ from: 2n ** 32n + 1n }, []],
    [{ from: 2n ** 63n - 1n }, []],
    [{ direction: 'backwards', from: 2n ** 32n + 1n, limit: 2 }, [4, 3]],
    [{ direction: 'backwards', from: 2n ** 63n - 1n }, [4, 3, 2, 1, 0]],
    [{ limit: 2 ** 32 + 1 }, [0, 1, 2, 3, 4]],
    [{ limit: Number.MAX_SAFE_INTEGER }, [0, 1, 2, 3, 4]],
    [{ direction: 'backwards', limit: Number.MAX_SAFE_INTEGER }, [4, 3, 2, 1, 0]],
  ] as const)('%o', async (options, revisions) => {
    expect(await numbers(options)).toEqual(revisions);
  });

  it('returns what was written, with any text', async () => {
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

  it('of a missing stream is empty, even with a too long name', async () => {
    expect(await all(current().readStream(streamName()))).toEqual([]);
    expect(await all(current().readStream('x'.repeat(1_000_000)))).toEqual([]);
  });

  it('of several pages is complete in both directions', async () => {
    const long = streamName();
    for (let part = 0; part < 5; part += 1) await current().append(long, events(500), 'any');
    const forwards = (await all(current().readStream(long))).map(({ revision }) => revision);
    const backwards = (await all(current().readStream(long, { direction: 'backwards' }))).map(
      ({ revision }) => revision,
    );
    expect(forwards).toEqual(Array.from({ length: 2500 }, (_, revision) => BigInt(revision)));
    expect(backwards).toEqual(forwards.toReversed());
  });

  it('can be ended early', async () => {
    for await (const { revision } of current().readStream(stream)) {
      expect(revision).toBe(0n);
      break;
    }
  });
}

/** Reads of $all. */
export function readAllContract(current: () => EventStore): void {
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

  it('returns events by position, and those of a stream by revision', async () => {
    const read = await all(current().readAll({ filter: mine }));
    expect(read.map(({ data }) => data)).toEqual([0, 1, 2, 3, 4, 5].map((number) => ({ number })));
    const positions = read.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(6);
  });

  it('backwards is reversed, and starts at the end', async () => {
    const forwards = await all(current().readAll({ filter: mine }));
    const backwards = await all(current().readAll({ filter: mine, direction: 'backwards' }));
    expect(backwards.map(({ id }) => id)).toEqual(forwards.map(({ id }) => id).toReversed());
    const [newest] = await all(current().readAll({ direction: 'backwards', limit: 1 }));
    expect(newest?.position).toBeLessThanOrEqual(await current().head());
  });

  it('starts at a position, inclusive, and ends at the limit', async () => {
    const whole = await all(current().readAll({ filter: mine }));
    const from = whole[2]?.position ?? 0n;
    const part = await all(current().readAll({ from, limit: 1 }));
    expect(part.map(({ id }) => id)).toEqual([whole[2]?.id]);
    const before = await all(current().readAll({ from, filter: mine, direction: 'backwards', limit: 2 }));
    expect(before.map(({ id }) => id)).toEqual([whole[2]?.id, whole[1]?.id]);
  });

  it('filters by stream name or event type, with several prefixes', async () => {
    const numbers = async (filter: { streamPrefixes: string[] } | { typePrefixes: string[] }) =>
      (await all(current().readAll({ filter }))).map(({ data }) => (data as { number: number }).number);
    expect(await numbers({ streamPrefixes: [`${prefix}-1`] })).toEqual([1, 3, 5]);
    expect(await numbers({ streamPrefixes: [`${prefix}-1`, `${prefix}-0`] })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await numbers({ typePrefixes: [`${prefix}-E`] })).toEqual([0, 1, 2, 3]);
  });

  it('stops scanning when it is ended early', async () => {
    const type = streamName('Sought');
    const { position: from } = await current().append(streamName(), events(1), 'noStream');
    await current().append(streamName(), events(2_500), 'noStream');
    await current().append(streamName(), [event(type)], 'noStream');
    const reading = current()
      .readAll({ from, filter: { typePrefixes: [type] } })
      [Symbol.asyncIterator]();
    const sought = reading.next();
    await reading.return?.();
    expect(await sought).toMatchObject({ done: true });
  });

  it('from beyond the end is empty', async () => {
    expect(await all(current().readAll({ from: (await current().head()) + 1_000_000_000n }))).toEqual([]);
  });
}
