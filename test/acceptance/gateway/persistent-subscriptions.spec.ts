import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  type EventStoreDBClient,
  type PersistentSubscriptionToStreamSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
} from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { gatewayUrl } from '../../support/gateway-url.js';
import { appendNumbered, Consumer, client, parkedIn, shown } from '../../support/persistent-subscription.js';
import { until } from '../../support/until.js';

let gateway: TestGateway;
let store: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  store = client(gateway.connectionString);
});
afterAll(() => gateway.close());

/** Creates a stream with a number of events, and a group on it. Returns the stream name. */
async function group(
  stream: string,
  events: number,
  changes: Partial<PersistentSubscriptionToStreamSettings> = {},
): Promise<string> {
  if (events > 0) await appendNumbered(store, stream, events);
  await store.createPersistentSubscriptionToStream(stream, 'group', settings({ startFrom: 'start', ...changes }));
  return stream;
}

const subscribe = (stream: string, bufferSize = 10, by = store) =>
  Consumer.of(by.subscribeToPersistentSubscriptionToStream(stream, 'group', { bufferSize }));

/** A TCP proxy that can reset its connections on both sides. */
async function breakable(target: number) {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    break() {
      server.close();
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

const stats = async (stream: string) => (await store.getPersistentSubscriptionToStreamInfo(stream, 'group')).stats;

describe('a persistent subscription', () => {
  it('delivers existing and new events, and continues after acknowledged ones', async () => {
    const stream = await group('plain', 3);
    const consumer = await subscribe(stream);
    const first = await consumer.take(3);
    expect(first.map(shown)).toEqual(['0', '1', '2']);
    await consumer.ack(...first);
    await appendNumbered(store, stream, 2, 3);
    const second = await consumer.take(2);
    expect(second.map(shown)).toEqual(['3', '4']);
    await consumer.ack(...second);
    await until(async () => (await stats(stream)).outstandingMessagesCount === 0);
    await consumer.leave();
    await appendNumbered(store, stream, 1, 5);
    const later = await subscribe(stream);
    expect(shown(await later.next())).toBe('5');
    await later.leave();
  });

  it.each([
    ['the end', 'end', ['3']],
    ['a revision', 2n, ['2', '3']],
  ] as const)('starts at %s', async (name, startFrom, expected) => {
    const stream = await group(`from ${name}`, 3, { startFrom });
    await appendNumbered(store, stream, 1, 3);
    const consumer = await subscribe(stream);
    expect((await consumer.take(expected.length)).map(shown)).toEqual(expected);
    await consumer.leave();
  });

  it('waits for a stream that does not exist yet', async () => {
    const stream = await group('not-yet', 0);
    const consumer = await subscribe(stream);
    await appendNumbered(store, stream, 1);
    expect(shown(await consumer.next())).toBe('0');
    await consumer.leave();
  });

  it('delivers no more than the buffer size until an ack or nack', async () => {
    const stream = await group('bounded', 10);
    const consumer = await subscribe(stream, 2);
    const [first, second] = await consumer.take(2);
    await until(async () => (await stats(stream)).totalInFlightMessages === 2);
    expect(consumer.arrived).toBe(0);
    if (first !== undefined && second !== undefined) await consumer.ack(first, second);
    expect((await consumer.take(2)).map(shown)).toEqual(['2', '3']);
    await consumer.leave();
  });

  it('delivers a retried message before new ones, with its retry count', async () => {
    const stream = await group('retried', 3);
    const consumer = await subscribe(stream, 1);
    await consumer.nack('retry', await consumer.next());
    const again = await consumer.next();
    expect(shown(again)).toBe('0*');
    await consumer.ack(again);
    expect(shown(await consumer.next())).toBe('1');
    await consumer.leave();
  });

  it('does not deliver a skipped message again', async () => {
    const stream = await group('skipped', 2);
    const consumer = await subscribe(stream, 1);
    await consumer.nack('skip', await consumer.next());
    expect(shown(await consumer.next())).toBe('1');
    expect((await stats(stream)).parkedMessageCount).toBe(0n);
    await consumer.leave();
  });

  it('delivers a timed-out message again, and parks it after the maximum retry count', async () => {
    const stream = await group('timed-out', 1, { messageTimeout: 50, maxRetryCount: 1 });
    const consumer = await subscribe(stream);
    expect((await consumer.take(2)).map(shown)).toEqual(['0', '0*']);
    await until(async () => (await stats(stream)).parkedMessageCount === 1n);
    const [parked] = await parkedIn(store, stream);
    expect(parked?.metadata).toMatchObject({ reason: 'Reached retry count of 1', subscriptionEventNumber: 0 });
    await consumer.leave();
  });

  it('delivers nothing twice to a consumer that batches its acks for longer than the message timeout', async () => {
    const events = 60;
    const stream = await group('collected', 0, { messageTimeout: 100, maxRetryCount: 3 });
    const consumer = await subscribe(stream, events);
    const seen: string[] = [];
    for (let n = 0; n < events; n += 5) {
      await appendNumbered(store, stream, 5, n);
      const five = await consumer.take(5);
      seen.push(...five.map(shown));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await consumer.ack(...five);
    }
    await until(async () => (await stats(stream)).outstandingMessagesCount === 0);
    expect(seen).toEqual(Array.from({ length: events }, (_, n) => `${n}`));
    expect(consumer.arrived).toBe(0);
    expect((await stats(stream)).parkedMessageCount).toBe(0n);
    await consumer.leave();
  });

  it('drops a subscriber after a nack with stop, and delivers its messages to others', async () => {
    const stream = await group('stopped', 1);
    const consumer = await subscribe(stream);
    await consumer.nack('stop', await consumer.next());
    expect(await consumer.ended).toMatchObject({ type: 'persistent-subscription-dropped' });
    const other = await subscribe(stream);
    expect(shown(await other.next())).toBe('0*');
    await other.leave();
  });

  it('delivers the in-flight messages of a broken connection to others', async () => {
    const stream = await group('broken', 3);
    const wire = await breakable(gateway.port);
    const broken = client(gatewayUrl(wire.port));
    const consumer = await subscribe(stream, 3, broken);
    await consumer.take(3);
    const other = await subscribe(stream);
    wire.break();
    expect((await other.take(3)).map(shown)).toEqual(['0*', '1*', '2*']);
    expect(await consumer.ended).toMatchObject({ type: 'unavailable' });
    await broken.dispose();
    await other.leave();
  });

  it('delivers each event to one of several competing consumers', async () => {
    const events = 500;
    const stream = await group('competing', 0);
    const seen: string[] = [];
    const workers = await Promise.all([1, 2, 3].map(() => subscribe(stream, 7)));
    await appendNumbered(store, stream, events);
    const shares = await Promise.all(
      workers.map(async (worker) => {
        let share = 0;
        for (;;) {
          const event = await Promise.race([worker.next(), worker.ended]);
          if (event instanceof Error) return share;
          share += 1;
          seen.push(shown(event));
          await worker.ack(event);
          if (seen.length === events) for (const one of workers) one.end();
        }
      }),
    );
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: events }, (_, n) => n));
    expect(Math.min(...shares)).toBeGreaterThan(events / 10);
  });

  it('resolves links if it is set to, and takes acks by the id of the link', async () => {
    await appendNumbered(store, 'link-target', 1, 7);
    await store.appendToStream('links', {
      id: '6c1f1dd6-4f3f-4f0e-9d2f-3a1c3d3b7f10',
      type: '$>',
      contentType: 'application/octet-stream',
      data: Buffer.from('0@link-target'),
      metadata: undefined,
    });
    const stream = await group('links', 0, { resolveLinkTos: true });
    const consumer = await subscribe(stream);
    const event = await consumer.next();
    expect(shown(event)).toBe('7');
    expect(event.link).toMatchObject({ streamId: 'links', revision: 0n });
    await consumer.ack(event);
    await until(async () => (await stats(stream)).outstandingMessagesCount === 0);
    await consumer.leave();
  });
});
