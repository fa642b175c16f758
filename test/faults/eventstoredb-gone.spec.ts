import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore, SubscriptionBatch } from '#libs/engine/event-store/port/event-store.js';
import { all, event, events, streamName } from '../contract/event-store/event-store-fixtures.js';
import { eventually as untilItSucceeds } from '../support/eventually.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { silentLog } from '../support/silent-log.js';

const open: { store: EventStore; server: GatewayProcess }[] = [];
afterEach(async () => {
  for (const { store, server } of open.splice(0)) {
    await store.close();
    await server.end('SIGKILL');
  }
});

/** A server on a port of its own, and a store on it; what the store logs is kept. */
async function start() {
  const server = new GatewayProcess();
  await server.start();
  const logged: string[] = [];
  const note = (_: object, message: string) => logged.push(message);
  const store = await openEventStoreDb(server.connectionString, { info: note, warn: note, error: note });
  open.push({ store, server });
  return { server, store, logged };
}

const eventually = <T>(attempt: () => Promise<T>) => untilItSucceeds(EventStoreUnavailableError, attempt);

describe('EventStoreDB', () => {
  it('killed under a subscription and writers: the subscription continues without a gap or a duplicate', async () => {
    const { server, store } = await start();
    const prefix = streamName('outage');
    const filter = { streamPrefixes: [prefix] };
    const written = 600;
    const seen: SubscriptionBatch[] = [];
    const reading = (async () => {
      for await (const batch of store.subscribeToAll({ filter, maxBatch: 50 })) {
        seen.push(batch);
        if (seen.reduce((sum, { events: delivered }) => sum + delivered.length, 0) >= written) return;
      }
    })();
    const writer = async (number: number) => {
      for (let index = 0; index < written / 6; index += 1) {
        // The same events again after a failure: written once, whether or not the first try was.
        const batch = [event('Written', { number, index })];
        const expected = index === 0 ? ('noStream' as const) : BigInt(index - 1);
        await eventually(() => store.append(`${prefix}-${number}`, batch, expected));
        if (number === 0 && (index === 30 || index === 60)) {
          await server.end('SIGKILL');
          await server.start();
        }
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, number) => writer(number)));
    await reading;
    const stored = (await all(store.readAll({ filter }))).map(({ id }) => id);
    expect(stored).toHaveLength(written);
    expect(seen.flatMap(({ events: delivered }) => delivered.map(({ id }) => id))).toEqual(stored);
    const positions = seen.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('gone: calls fail, health reports why, one line is logged; back: everything works again', async () => {
    const { server, store, logged } = await start();
    const stream = streamName();
    await store.append(stream, events(1), 'noStream');
    await server.end('SIGKILL');
    for (let attempt = 0; attempt < 100; attempt += 1) {
      await expect(store.append(stream, events(1), 'any')).rejects.toThrow(EventStoreUnavailableError);
      await expect(all(store.readStream(stream))).rejects.toThrow(EventStoreUnavailableError);
      await expect(store.head()).rejects.toThrow(EventStoreUnavailableError);
    }
    const detail = expect.stringContaining('check that it runs and can be reached');
    expect(await store.health()).toEqual({ readable: false, writable: false, detail });
    await server.start();
    await eventually(() => store.append(stream, events(1), 0n));
    expect(await all(store.readStream(stream))).toHaveLength(2);
    expect(await store.health()).toEqual({ readable: true, writable: true });
    expect(logged).toEqual(['EventStoreDB cannot be used; trying again until it can', 'EventStoreDB can be used']);
  });

  it('absent at the start: the store opens, and works when the server is there', async () => {
    const { server, store: first } = await start();
    await server.end('SIGTERM');
    await first.close();
    const store = await openEventStoreDb(server.connectionString, silentLog);
    open.push({ store, server });
    await expect(store.append(streamName(), events(1), 'any')).rejects.toThrow(EventStoreUnavailableError);
    const batches = store.subscribeToAll()[Symbol.asyncIterator]();
    const next = batches.next();
    await server.start();
    expect(await next).toMatchObject({ done: false });
    await eventually(() => store.append(streamName(), events(1), 'any'));
    await batches.return?.(undefined);
  });

  it('that accepts calls and does not answer: they fail at their deadline, and later ones at once', async () => {
    const { server, store } = await start();
    const stream = streamName();
    await store.append(stream, events(1), 'noStream');
    const batch = events(1);
    const soon = () => ({ deadline: performance.now() + 9_000 });
    server.signal('SIGSTOP');
    await expect(store.append(stream, batch, 0n, soon())).rejects.toThrow(/does not answer .*: check that it runs/);
    await expect(store.append(stream, batch, 0n, soon())).rejects.toThrow(EventStoreUnavailableError);
    server.signal('SIGCONT');
    expect(await eventually(() => store.append(stream, batch, 0n))).toMatchObject({ revision: 1n });
    expect(await all(store.readStream(stream))).toHaveLength(2);
  });

  it('restarted: calls made meanwhile are answered', async () => {
    const { server, store } = await start();
    const stream = streamName();
    await store.append(stream, events(1), 'noStream');
    await server.end('SIGKILL');
    const appended = store.append(stream, events(1), 0n);
    const read = all(store.readStream(stream, { limit: 1 }));
    const head = store.head();
    await server.start();
    expect((await appended).revision).toBe(1n);
    expect(await read).toHaveLength(1);
    expect(await head).toBeGreaterThanOrEqual(0n);
  });

  it('restarted between two calls: the connection count increases, because the log may be another one', async () => {
    const { server, store } = await start();
    await all(store.readAll({ limit: 1 }));
    const before = store.connectionCount;
    await server.end('SIGKILL');
    await server.start();
    await eventually(() => all(store.readAll({ limit: 1 })));
    expect(store.connectionCount).toBeGreaterThan(before);
  });

  it('gone while the store is closed: closing does not hang, and ends subscriptions', async () => {
    const { server, store } = await start();
    const batches = store.subscribeToAll()[Symbol.asyncIterator]();
    expect(await batches.next()).toMatchObject({ done: false });
    await server.end('SIGKILL');
    const next = batches.next();
    await Promise.all([expect(next).rejects.toThrow('the event store is closed'), store.close()]);
  });
});
