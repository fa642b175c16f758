import { all, events, type StoreUnderTest, streamName } from './event-store-fixtures.js';

/**
 * Appends with a condition on the last revision of another stream. An adapter that cannot check it ignores the
 * condition and reports so with `checksOtherStreams`: its callers check afterwards.
 */
export function conditionContract(tested: () => StoreUnderTest, checksOtherStreams: boolean): void {
  const current = () => tested().store;
  const itIfChecked = checksOtherStreams ? it : it.skip;
  const itIfIgnored = checksOtherStreams ? it.skip : it;

  it('reports whether the condition is checked', () => {
    expect(current().checksOtherStreams).toBe(checksOtherStreams);
  });

  it('is written if the other stream has the required revision', async () => {
    const [other, stream] = [streamName(), streamName()];
    await current().append(other, events(2), 'noStream');
    const provided = { stream: other, revision: 1n };
    const append = { stream, events: events(1), expected: 'noStream', provided } as const;
    expect(await current().appendInOrder([append])).toMatchObject([{ revision: 0n }]);
  });

  itIfChecked.each([
    ['has a higher revision', 3, 1n, 2n],
    ['has a lower revision', 1, 1n, 0n],
    ['does not exist', 0, 0n, 'noStream'],
  ] as const)('is refused if the other stream %s', async (_, length, revision, actual) => {
    const [other, stream, behind] = [streamName(), streamName(), streamName()];
    if (length > 0) await current().append(other, events(length), 'noStream');
    const provided = { stream: other, revision };
    const refused = current().appendInOrder([
      { stream, events: events(1), expected: 'noStream', provided },
      { stream: behind, events: events(1), expected: 'noStream' },
    ]);
    await expect(refused).rejects.toMatchObject({ name: 'RevisionConflictError', stream: other, actual });
    expect(await all(current().readStream(stream))).toEqual([]);
    expect(await all(current().readStream(behind))).toEqual([]);
  });

  itIfIgnored.each([
    ['has a higher revision', 3, 1n],
    ['has a lower revision', 1, 1n],
    ['does not exist', 0, 0n],
  ] as const)('is written even if the other stream %s', async (_, length, revision) => {
    const [other, stream, behind] = [streamName(), streamName(), streamName()];
    if (length > 0) await current().append(other, events(length), 'noStream');
    const provided = { stream: other, revision };
    const appended = current().appendInOrder([
      { stream, events: events(1), expected: 'noStream', provided },
      { stream: behind, events: events(1), expected: 'noStream' },
    ]);
    await expect(appended).resolves.toHaveLength(2);
  });

  itIfIgnored('is written even if the other stream is tombstoned', async () => {
    const [other, stream] = [streamName(), streamName()];
    await current().append(other, events(1), 'noStream');
    await tested().tombstone(other);
    const provided = { stream: other, revision: 0n };
    const appended = current().appendInOrder([{ stream, events: events(1), expected: 'noStream', provided }]);
    await expect(appended).resolves.toHaveLength(1);
  });

  itIfChecked('is refused if the other stream is tombstoned', async () => {
    const [other, stream] = [streamName(), streamName()];
    await current().append(other, events(1), 'noStream');
    await tested().tombstone(other);
    const provided = { stream: other, revision: 0n };
    const refused = current().appendInOrder([{ stream, events: events(1), expected: 'noStream', provided }]);
    await expect(refused).rejects.toMatchObject({ name: 'StreamDeletedError', stream: other });
  });

  itIfChecked('is written before a concurrent append to the other stream, or refused', async () => {
    const [other, prefix] = [streamName(), streamName()];
    const moved = current().append(other, events(1), 'noStream');
    await moved;
    const provided = { stream: other, revision: 0n };
    const appends = Array.from({ length: 40 }, (_, index) =>
      index === 20
        ? current().append(other, events(1), 0n)
        : current().appendInOrder([
            { stream: `${prefix}-${index}-a`, events: events(1), expected: 'noStream', provided },
            { stream: `${prefix}-${index}-b`, events: events(1), expected: 'noStream', provided },
          ]),
    );
    await Promise.allSettled(appends);
    const read = await all(current().readAll({ filter: { streamPrefixes: [prefix, other] } }));
    expect(read.filter(({ stream }) => stream.startsWith(prefix))).toHaveLength(40);
    expect(read.at(-1)?.stream).toBe(other);
  });

  it('has the same result when it is repeated after the other stream was appended to', async () => {
    const [other, stream] = [streamName(), streamName()];
    await current().append(other, events(1), 'noStream');
    const append = {
      stream,
      events: events(2),
      expected: 'noStream',
      provided: { stream: other, revision: 0n },
    } as const;
    const first = await current().appendInOrder([append]);
    await current().append(other, events(1), 0n);
    expect(await current().appendInOrder([append])).toEqual(first);
  });
}
