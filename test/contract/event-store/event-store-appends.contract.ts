import { AppendTooLargeError, RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import { type EventStore, type EventToAppend, MAX_APPEND_BYTES } from '#libs/engine/event-store/port/event-store.js';
import { all, event, events, streamName } from './event-store-fixtures.js';

/** Appends to one stream. */
export function appendContract(current: () => EventStore, many: number): void {
  it('returns the revision and an ascending position', async () => {
    const stream = streamName();
    const first = await current().append(stream, events(1), 'noStream');
    const second = await current().append(stream, events(2), 0n);
    expect([first.revision, second.revision]).toEqual([0n, 2n]);
    expect(second.position).toBeGreaterThan(first.position);
    expect(await current().head()).toBeGreaterThanOrEqual(second.position);
  });

  it.each([
    ['noStream', 'an existing stream', 2, 'noStream', 1n],
    ['a lower revision', 'a longer stream', 2, 0n, 1n],
    ['a higher revision', 'a shorter stream', 2, 5n, 1n],
    ['a revision', 'a missing stream', 0, 0n, 'noStream'],
    ['streamExists', 'a missing stream', 0, 'streamExists', 'noStream'],
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

  it('expecting any or streamExists accepts any existing stream', async () => {
    const stream = streamName();
    expect(await current().append(stream, events(1), 'any')).toMatchObject({ revision: 0n });
    expect(await current().append(stream, events(1), 'any')).toMatchObject({ revision: 1n });
    expect(await current().append(stream, events(1), 'streamExists')).toMatchObject({ revision: 2n });
  });

  it('of no events returns the current revision, and still checks the expected one', async () => {
    const stream = streamName();
    await current().append(stream, events(3), 'noStream');
    expect(await current().append(stream, [], 2n)).toMatchObject({ revision: 2n });
    await expect(current().append(stream, [], 'noStream')).rejects.toThrow(RevisionConflictError);
  });

  it('above the size limit is refused and writes nothing', async () => {
    const stream = streamName();
    const half = 'x'.repeat(MAX_APPEND_BYTES / 2);
    const refusal = current().append(stream, [event('Half', half), event('Half', half)], 'any');
    await expect(refusal).rejects.toThrow(AppendTooLargeError);
    expect(await all(current().readStream(stream))).toEqual([]);
  });

  it('does not count metadata towards the size limit', async () => {
    const stream = streamName();
    const half = 'x'.repeat(MAX_APPEND_BYTES / 2);
    await current().append(stream, [event('Half', half, half), event('Small', {}, half)], 'any');
    expect((await all(current().readStream(stream))).map(({ metadata }) => metadata)).toEqual([half, half]);
  });

  it('of an event just below the size limit succeeds', async () => {
    const stream = streamName();
    const large = 'x'.repeat(MAX_APPEND_BYTES - 100); // some stores count the event type as well
    await current().append(stream, [event('Large', large)], 'noStream');
    const [read] = await all(current().readStream(stream));
    expect(read?.data).toBe(large);
  });

  it('by 64 concurrent writers lets exactly one create the stream', async () => {
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

  it('of several events stores them contiguously, even with concurrent writers', async () => {
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

/** Appends to several streams in order. */
export function orderContract(current: () => EventStore): void {
  it('to several streams return one result each, in order', async () => {
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

  it('to several streams stop at the first failure and report its stream', async () => {
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

  it('by concurrent writers leave no second append without its first', async () => {
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

/** Repeated appends of the same events. */
export function repetitionContract(current: () => EventStore): void {
  it.each(['noStream', 'any'] as const)('has the same result, expecting %s', async (expected) => {
    const stream = streamName();
    const batch = events(3);
    const first = await current().append(stream, batch, expected);
    await current().append(stream, events(2), 'any');
    expect(await current().append(stream, batch, expected)).toEqual(first);
    expect(await all(current().readStream(stream))).toHaveLength(5);
  });

  it('has the same result, expecting a revision', async () => {
    const stream = streamName();
    await current().append(stream, events(2), 'noStream');
    const batch = events(2);
    const first = await current().append(stream, batch, 1n);
    expect(await current().append(stream, batch, 1n)).toEqual(first);
    expect(await all(current().readStream(stream))).toHaveLength(4);
  });

  it('concurrently writes the events once', async () => {
    const stream = streamName();
    const batch = events(2);
    const results = await Promise.all([1, 2, 3].map(() => current().append(stream, batch, 'any')));
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(await all(current().readStream(stream))).toHaveLength(2);
  });

  it('with other events after them is refused', async () => {
    const stream = streamName();
    const [first, second] = events(2) as [EventToAppend, EventToAppend];
    await current().append(stream, [first, second], 'noStream');
    await expect(current().append(stream, [first, event('Other')], 'noStream')).rejects.toThrow(RevisionConflictError);
  });

  it('on another stream writes them each time: ids are matched only in their first stream', async () => {
    const batch = events(1);
    const first = streamName();
    const { revision } = await current().append(first, batch, 'noStream');
    const other = streamName();
    expect(await current().append(other, batch, 'any')).toMatchObject({ revision: 0n });
    expect(await current().append(other, batch, 'streamExists')).toMatchObject({ revision: 1n });
    expect(await all(current().readStream(other))).toHaveLength(2);
    expect(await current().append(first, batch, 'any')).toMatchObject({ revision });
  });

  it.each(['any', 'streamExists'] as const)(
    'in part or in another order is recognized, expecting %s',
    async (expected) => {
      const stream = streamName();
      const [first, second, third] = events(3) as [EventToAppend, EventToAppend, EventToAppend];
      await current().append(stream, [first, second, third], 'noStream');
      expect(await current().append(stream, [second], expected)).toMatchObject({ revision: 1n });
      expect(await current().append(stream, [third, first], expected)).toMatchObject({ revision: 0n });
      expect(await all(current().readStream(stream))).toHaveLength(3);
    },
  );

  it.each(['any', 'streamExists'] as const)(
    'with a new event after them is refused, expecting %s',
    async (expected) => {
      const stream = streamName();
      const [first, second] = events(2) as [EventToAppend, EventToAppend];
      await current().append(stream, [first, second], 'noStream');
      const refused = current().append(stream, [second, event('New')], expected);
      await expect(refused).rejects.toMatchObject({ name: 'RevisionConflictError', expected, actual: 1n });
      expect(await all(current().readStream(stream))).toHaveLength(2);
    },
  );

  it.each(['any', 'streamExists'] as const)(
    'with a new event before them is written, expecting %s',
    async (expected) => {
      const stream = streamName();
      const batch = events(2);
      await current().append(stream, batch, 'noStream');
      expect(await current().append(stream, [event('New'), ...batch], expected)).toMatchObject({ revision: 4n });
      expect(await current().append(stream, batch, expected)).toMatchObject({ revision: 1n });
      expect(await all(current().readStream(stream))).toHaveLength(5);
    },
  );

  it('with an id twice in one append is matched by its first position', async () => {
    const stream = streamName();
    const [first, second] = events(2) as [EventToAppend, EventToAppend];
    await current().append(stream, [first, second, first], 'any');
    expect(await current().append(stream, [first], 'any')).toMatchObject({ revision: 0n });
    expect(await current().append(stream, [first, second, first], 'noStream')).toMatchObject({ revision: 2n });
    expect(await all(current().readStream(stream))).toHaveLength(3);
  });
}
