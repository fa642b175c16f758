import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { all, events, streamName } from './event-store-fixtures.js';

/**
 * What a store does with appends that depend on where another stream ends. One that cannot look at another stream
 * appends all the same; it says so, and its caller looks afterwards.
 */
export function conditionContract(
  current: () => EventStore,
  tombstone: (stream: string) => Promise<void> | undefined,
): void {
  it('happens while the other stream ends where it must', async () => {
    const [other, stream] = [streamName(), streamName()];
    await current().append(other, events(2), 'noStream');
    const provided = { stream: other, revision: 1n };
    const append = { stream, events: events(1), expected: 'noStream', provided } as const;
    expect(await current().appendInOrder([append])).toMatchObject([{ revision: 0n }]);
  });

  it.each([
    ['has moved on', 3, 1n, 2n],
    ['is not that far yet', 1, 1n, 0n],
    ['is not there', 0, 0n, 'noStream'],
  ] as const)('does not happen when the other stream %s', async (_, length, revision, actual) => {
    const [other, stream, behind] = [streamName(), streamName(), streamName()];
    if (length > 0) await current().append(other, events(length), 'noStream');
    const provided = { stream: other, revision };
    const refused = current().appendInOrder([
      { stream, events: events(1), expected: 'noStream', provided },
      { stream: behind, events: events(1), expected: 'noStream' },
    ]);
    if (!current().checksOtherStreams) return expect(refused).resolves.toHaveLength(2);
    await expect(refused).rejects.toMatchObject({ name: 'RevisionConflictError', stream: other, actual });
    expect(await all(current().readStream(stream))).toEqual([]);
    expect(await all(current().readStream(behind))).toEqual([]);
  });

  it('does not happen when the other stream has been deleted for good', async () => {
    const [other, stream] = [streamName(), streamName()];
    await current().append(other, events(1), 'noStream');
    await tombstone(other);
    const provided = { stream: other, revision: 0n };
    const refused = current().appendInOrder([{ stream, events: events(1), expected: 'noStream', provided }]);
    if (!current().checksOtherStreams) return expect(refused).resolves.toHaveLength(1);
    await expect(refused).rejects.toMatchObject({ name: 'StreamDeletedError', stream: other });
  });

  it('happens wholly before what moves the other stream on, or not at all', async () => {
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
    if (!current().checksOtherStreams) return;
    const read = await all(current().readAll({ filter: { streamPrefixes: [prefix, other] } }));
    expect(read.filter(({ stream }) => stream.startsWith(prefix))).toHaveLength(40);
    expect(read.at(-1)?.stream).toBe(other);
  });

  it('is answered as before when it is repeated after the other stream has moved on', async () => {
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
