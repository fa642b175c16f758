import { randomUUID } from 'node:crypto';
import {
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';

let gateway: TestGateway;
let client: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ client } = gateway);
});
afterAll(() => gateway.close());

type Subscription = ReturnType<EventStoreDBClient['subscribeToStream']>;

function append(stream: string, events = 1, type = 't') {
  return client.appendToStream(
    stream,
    Array.from({ length: events }, (_, i) => jsonEvent({ type, data: { i } })),
  );
}

const newName = () => `s-${randomUUID()}`;

/** Records what a subscription emits; `received(n)` waits until there are n records. */
function follow(subscription: Pick<Subscription, 'on' | 'unsubscribe'>) {
  const notes: string[] = [];
  let wake = () => {};
  const note = (text: string) => {
    notes.push(text);
    wake();
  };
  const open = subscription as Subscription;
  open.on('confirmation', () => note('confirmed'));
  open.on('data', ({ event }) => note(`${event?.type}@${event?.revision}`));
  open.on('caughtUp', () => note('caught up'));
  open.on('error', (error) => note(`${(error as { type?: string }).type}`));
  return {
    notes,
    note,
    async received(count: number) {
      while (notes.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return notes;
    },
    stop: () => subscription.unsubscribe(),
  };
}

describe('a subscription to a stream', () => {
  it('delivers existing events, then caughtUp, then live events', async () => {
    const stream = newName();
    await append(stream, 2);
    const subscription = follow(client.subscribeToStream(stream));
    await subscription.received(4);
    await append(stream);
    expect(await subscription.received(5)).toEqual(['confirmed', 't@0', 't@1', 'caught up', 't@2']);
    await subscription.stop();
  });

  it('starts after a revision', async () => {
    const stream = newName();
    await append(stream, 3);
    const subscription = follow(client.subscribeToStream(stream, { fromRevision: 1n }));
    expect(await subscription.received(3)).toEqual(['confirmed', 't@2', 'caught up']);
    await subscription.stop();
  });

  it('from the end of a missing stream is caught up, and delivers its first event', async () => {
    const stream = newName();
    const subscription = follow(client.subscribeToStream(stream, { fromRevision: END }));
    await subscription.received(2);
    await append(stream);
    expect(await subscription.received(3)).toEqual(['confirmed', 'caught up', 't@0']);
    await subscription.stop();
  });

  it('from a revision beyond the end skips events below it', async () => {
    const stream = newName();
    await append(stream, 3);
    const subscription = follow(client.subscribeToStream(stream, { fromRevision: 3n }));
    await subscription.received(2);
    await append(stream, 3);
    expect(await subscription.received(4)).toEqual(['confirmed', 'caught up', 't@4', 't@5']);
    await subscription.stop();
  });

  it('ignores a delete, and delivers the tombstone before it ends', async () => {
    const stream = newName();
    await append(stream);
    const subscription = follow(client.subscribeToStream(stream));
    await subscription.received(3);
    await client.deleteStream(stream);
    await append(stream);
    await subscription.received(4);
    await client.tombstoneStream(stream);
    expect(await subscription.received(6)).toEqual([
      'confirmed',
      't@0',
      'caught up',
      't@1',
      '$streamDeleted@9223372036854775807',
      'stream-deleted',
    ]);
  });

  it('to a deleted stream waits until it is recreated', async () => {
    const stream = newName();
    await append(stream);
    await client.deleteStream(stream);
    const subscription = follow(client.subscribeToStream(stream, { fromRevision: START }));
    await subscription.received(1);
    await append(stream);
    expect(await subscription.received(3)).toEqual(['confirmed', 't@1', 'caught up']);
    await subscription.stop();
  });

  it('to a tombstoned stream is refused without any message', async () => {
    const stream = newName();
    await client.tombstoneStream(stream);
    const subscription = follow(client.subscribeToStream(stream));
    expect(await subscription.received(1)).toEqual(['stream-deleted']);
  });
});

describe('a subscription to $all', () => {
  it('from the end delivers live events', async () => {
    const subscription = follow(client.subscribeToAll({ fromPosition: END }));
    await subscription.received(2);
    await append(newName(), 2, 'live');
    expect(await subscription.received(4)).toEqual(['confirmed', 'caught up', 'live@0', 'live@1']);
    await subscription.stop();
  });

  it('starts after a position, and misses no concurrent append', async () => {
    const { position } = await append(newName());
    const after = position ?? { commit: 0n, prepare: 0n };
    const seen: bigint[] = [];
    const appends = Promise.all(Array.from({ length: 200 }, () => append(newName(), 3)));
    for await (const { event } of client.subscribeToAll({ fromPosition: after })) {
      if (event !== undefined) seen.push(event.position.commit);
      if (seen.length === 600) break;
    }
    await appends;
    expect(seen).toEqual(Array.from({ length: 600 }, (_, n) => after.commit + 1n + BigInt(n)));
  });

  it('with a filter sends checkpoints, by windows first and then by events', async () => {
    const type = `wanted-${randomUUID()}`;
    const { position } = await append(newName());
    const start = position?.commit ?? 0n;
    await append(newName(), 9);
    const filter = eventTypeFilter({
      prefixes: [type],
      maxSearchWindow: 4,
      checkpointInterval: 1,
      checkpointReached: async (_, { commit, prepare }) => {
        subscription.note(`${commit - start}/${prepare === 0n ? 'window' : prepare - start}`);
      },
    });
    const subscription = follow(client.subscribeToAll({ fromPosition: position ?? START, filter }));
    await subscription.received(4);
    await append(newName(), 2);
    await append(newName(), 1, type);
    await append(newName(), 5);
    expect(await subscription.received(7)).toEqual(
      ['confirmed', '1/window', '5/window', 'caught up', `${type}@0`, '12/12', '16/16'].toSorted(
        (a, b) => subscription.notes.indexOf(a) - subscription.notes.indexOf(b),
      ),
    );
    await subscription.stop();
  });

  it('continues from such a checkpoint without a gap', async () => {
    const type = `wanted-${randomUUID()}`;
    await append(newName(), 10);
    await append(newName(), 1, type);
    const from = { commit: gateway.log.head, prepare: 0n };
    const subscription = follow(
      client.subscribeToAll({ fromPosition: from, filter: eventTypeFilter({ prefixes: [type] }) }),
    );
    expect(await subscription.received(2)).toEqual(['confirmed', `${type}@0`]);
    await subscription.stop();
  });

  it('filtered by stream name delivers only that stream', async () => {
    const stream = newName();
    await append(stream, 2, 'mine');
    await append(newName(), 2);
    const filter = streamNameFilter({ prefixes: [stream] });
    const subscription = follow(client.subscribeToAll({ filter }));
    expect(await subscription.received(4)).toEqual(['confirmed', 'mine@0', 'mine@1', 'caught up']);
    await subscription.stop();
  });
});
