import { setTimeout as delay } from 'node:timers/promises';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import { EventStoreUnavailableError, RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore, SubscriptionBatch } from '#libs/engine/event-store/port/event-store.js';
import { all, event, events, streamName } from '../contract/event-store/event-store-fixtures.js';
import {
  type AppendFault,
  BATCH_NOT_READY,
  BATCH_TIMEOUT,
  FORWARDING_TIMEOUT,
  NOT_READY,
  notLeader,
  type When,
} from '../support/faulty-proxy/faults.js';
import { FaultyProxy } from '../support/faulty-proxy/faulty-proxy.js';
import { startTestGateway } from '../support/gateway.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A store that reaches its server through a proxy; what the store logs is kept. */
async function start() {
  const gateway = await startTestGateway();
  open.push(() => gateway.close());
  const proxy = await FaultyProxy.start(gateway.port);
  open.push(() => proxy.close());
  const logged: string[] = [];
  const note = (_: object, message: string) => logged.push(message);
  const store = await openEventStoreDb(proxy.connectionString, { info: note, warn: note, error: note });
  open.push(() => store.close());
  return { gateway, proxy, store, logged };
}

/** Follows $all until so many events have come. */
async function follow(store: EventStore, prefix: string, wanted: number): Promise<readonly SubscriptionBatch[]> {
  const batches: SubscriptionBatch[] = [];
  let seen = 0;
  for await (const batch of store.subscribeToAll({ filter: { streamPrefixes: [prefix] }, maxBatch: 20 })) {
    batches.push(batch);
    seen += batch.events.length;
    if (seen >= wanted) break;
  }
  return batches;
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

describe('an append with an unknown outcome is made once, and answered', () => {
  const internal = { code: 13, text: 'Received RST_STREAM with code 2' };
  const unknown = { code: 2, text: 'Exception was thrown by handler.' };
  const exhausted = { code: 8, text: 'Bandwidth exhausted or memory limit exceeded' };
  const cancelled = { code: 1, text: 'Call cancelled' };
  const faults: readonly (readonly [string, (proxy: FaultyProxy) => AppendFault])[] = [
    ['a forwarding timeout', () => FORWARDING_TIMEOUT],
    ['a node that is not ready', () => NOT_READY],
    ['a node that is not the leader', (proxy) => notLeader(proxy.port)],
    ['a connection that breaks', () => 'cut'],
    ['a stream that is reset', () => internal],
    ['a failure that is not named', () => unknown],
    ['a server that has too much to do', () => exhausted],
    ['a call that the server cancels', () => cancelled],
    ['a time-out that is told inside the call', () => BATCH_TIMEOUT],
    ['that a node is not ready, told inside the call', () => BATCH_NOT_READY],
    ['an answer that never comes', () => 'silence'],
  ];
  const times: readonly When[] = ['before', 'after'];
  it.each(faults.flatMap(([name, fault]) => times.map((when) => [name, when, fault] as const)))(
    '%s, %s it was written',
    async (_, when, fault) => {
      const { proxy, store } = await start();
      const stream = streamName();
      await store.append(stream, events(2), 'noStream');
      const others = Array.from({ length: 10 }, streamName);
      proxy.failAppend(when, fault(proxy));
      const batch = events(2);
      const [result] = await Promise.all([
        store.append(stream, batch, 1n),
        ...others.map((other) => store.append(other, events(1), 'noStream')),
      ]);
      expect(proxy.faultsMade).toBe(1);
      expect(result.revision).toBe(3n);
      const stored = await all(store.readStream(stream));
      expect(idsOf(stored.slice(2))).toEqual(idsOf(batch));
      expect(stored).toHaveLength(4);
      expect(stored[3]?.position).toBe(result.position);
      for (const other of others) expect(await all(store.readStream(other))).toHaveLength(1);
    },
  );

  it('many faults in a row: each append is made once', async () => {
    const { proxy, store } = await start();
    const stream = streamName();
    const kinds = [FORWARDING_TIMEOUT, 'cut', NOT_READY, notLeader(proxy.port)] as const;
    for (let round = 0; round < 40; round += 1) {
      const kind = kinds[round % kinds.length] ?? 'cut';
      proxy.failAppend(round % 3 === 0 ? 'before' : 'after', kind);
      if (round % 5 === 0) proxy.failAppend('after', kind);
      const expected = round === 0 ? 'noStream' : BigInt(round - 1);
      expect((await store.append(stream, events(1), expected)).revision).toBe(BigInt(round));
    }
    expect(await all(store.readStream(stream))).toHaveLength(40);
  });

  it('on a server without BatchAppend: is made once, and answered', async () => {
    const { proxy, store } = await start();
    proxy.hasBatchAppend = false;
    const stream = streamName();
    const appends = Array.from({ length: 20 }, (_, number) =>
      store.append(`${stream}-${number}`, events(2), 'noStream'),
    );
    expect((await Promise.all(appends)).map(({ revision }) => revision)).toEqual(appends.map(() => 1n));
    for (const fault of [FORWARDING_TIMEOUT, NOT_READY, 'cut', 'silence'] as const) {
      proxy.failAppend('after', fault);
      await store.append(stream, events(1), 'any');
    }
    await expect(store.append(stream, events(1), 0n)).rejects.toMatchObject({ actual: 3n });
    await expect(store.append(`${stream}-none`, events(1), 0n)).rejects.toMatchObject({ actual: 'noStream' });
    expect(await all(store.readStream(stream))).toHaveLength(4);
  });

  it('still reports a conflict', async () => {
    const { proxy, store } = await start();
    const stream = streamName();
    await store.append(stream, events(2), 'noStream');
    proxy.failAppend('after', FORWARDING_TIMEOUT);
    await expect(store.append(stream, events(1), 0n)).rejects.toThrow(RevisionConflictError);
  });
});

describe('a server that hangs', () => {
  it('for less than the deadline: the append is answered when the server resumes', async () => {
    const { proxy, store } = await start();
    const stream = streamName();
    await store.append(stream, events(1), 'noStream');
    proxy.hang();
    const appended = store.append(stream, events(1), 0n);
    await delay(1_000);
    proxy.awake();
    expect((await appended).revision).toBe(1n);
    expect(await all(store.readStream(stream))).toHaveLength(2);
  });

  it('for longer: the append fails at its deadline, and later calls fail at once', async () => {
    const { proxy, store } = await start();
    const stream = streamName();
    const batch = events(1);
    proxy.hang();
    const began = performance.now();
    const within = (milliseconds: number) => ({ deadline: performance.now() + milliseconds });
    await expect(store.append(stream, batch, 'noStream', within(9_000))).rejects.toThrow(/does not answer/);
    expect(performance.now() - began).toBeGreaterThan(7_000);
    await expect(store.append(stream, batch, 'noStream', within(500))).rejects.toThrow(EventStoreUnavailableError);
    proxy.awake();
    expect(await store.append(stream, batch, 'noStream')).toMatchObject({ revision: 0n });
    expect(await all(store.readStream(stream))).toHaveLength(1);
  });
});

describe('an interrupted read', () => {
  it('continues at its position', async () => {
    const { proxy, store } = await start();
    const stream = streamName();
    for (let part = 0; part < 4; part += 1) {
      await store.append(stream, events(500), part === 0 ? 'noStream' : BigInt(part * 500 - 1));
    }
    const filter = { streamPrefixes: [stream] };
    const reads = [
      () => store.readStream(stream),
      () => store.readStream(stream, { direction: 'backwards', from: 1_500n, limit: 1_400 }),
      () => store.readAll(),
      () => store.readAll({ limit: 1_700 }),
      () => store.readAll({ direction: 'backwards', filter }),
    ];
    for (const read of reads) {
      const whole = idsOf(await all(read()));
      const seen: string[] = [];
      for await (const { id } of read()) {
        seen.push(id);
        if (seen.length === 300 || seen.length === 1_100) proxy.cut();
        if (seen.length % 100 === 0) await delay(1); // So that what was cut is noticed before everything has come.
      }
      expect(seen).toEqual(whole);
    }
  });
});

describe('a subscription that is ended by the server', () => {
  it('continues at its position, and does not affect other subscriptions or appends', async () => {
    const { proxy, store, logged } = await start();
    const prefix = streamName('slow');
    const count = 300;
    const followed = Promise.all([follow(store, prefix, count), follow(store, prefix, count)]);
    while (proxy.subscriptions < 2) await delay(5);
    const { connectionsTaken } = proxy;
    let ended = 0;
    for (let number = 0; number < count; number += 1) {
      if (number % 30 === 15) ended += proxy.endSubscriptions(undefined, 1);
      await store.append(`${prefix}-${number % 5}`, [event('Written', { number })], 'any');
    }
    const stored = idsOf(await all(store.readAll({ filter: { streamPrefixes: [prefix] } })));
    for (const batches of await followed) {
      expect(batches.flatMap((batch) => idsOf(batch.events))).toEqual(stored);
    }
    expect(ended).toBeGreaterThan(0);
    expect(proxy.connectionsTaken).toBe(connectionsTaken);
    expect(logged).toEqual([]);
  });

  it.each([
    ['in peace', { code: 0, text: '' }],
    ['because the server does', { code: 14, text: 'the event store is shutting down: subscribe again' }],
    ['for a reason that is not named', { code: 2, text: 'Exception was thrown by handler.' }],
    ['although it could not', { code: 9, text: 'not now' }],
  ])('%s: goes on where it was', async (_, end) => {
    const { proxy, store } = await start();
    const prefix = streamName('ended');
    const followed = follow(store, prefix, 20);
    while (proxy.subscriptions < 1) await delay(5);
    for (let number = 0; number < 20; number += 1) {
      if (number % 5 === 2) proxy.endSubscriptions(end);
      await store.append(prefix, [event('Written', { number })], 'any');
    }
    const stored = idsOf(await all(store.readStream(prefix)));
    expect((await followed).flatMap((batch) => idsOf(batch.events))).toEqual(stored);
  });
});
