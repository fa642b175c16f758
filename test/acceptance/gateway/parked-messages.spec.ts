import {
  type EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
} from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
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
async function group(stream: string, events: number): Promise<string> {
  await appendNumbered(store, stream, events);
  await store.createPersistentSubscriptionToStream(stream, 'group', settings({ startFrom: 'start' }));
  return stream;
}

const subscribe = (stream: string, bufferSize = 10) =>
  Consumer.of(store.subscribeToPersistentSubscriptionToStream(stream, 'group', { bufferSize }));

const stats = async (stream: string) => (await store.getPersistentSubscriptionToStreamInfo(stream, 'group')).stats;

describe('parked messages', () => {
  it('are links in the parked stream, with the reason', async () => {
    const stream = await group('parked', 2);
    const consumer = await subscribe(stream, 1);
    await consumer.ack(await consumer.next());
    await consumer.nack('park', await consumer.next());
    await until(async () => (await stats(stream)).parkedMessageCount === 1n);
    const [parked, ...others] = await parkedIn(store, stream);
    expect(others).toEqual([]);
    expect(parked).toMatchObject({ type: '$>', streamId: '$persistentsubscription-parked::group-parked' });
    expect(Buffer.from(parked?.data as Uint8Array).toString()).toBe('1@parked');
    expect(parked?.metadata).toEqual({
      added: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$/),
      reason: "Client explicitly NAK'ed message.\nbecause",
      subscriptionEventNumber: 1,
    });
    await consumer.leave();
  });

  it('are replayed as links without an event if the event no longer exists', async () => {
    const stream = await group('gone', 1);
    const consumer = await subscribe(stream);
    await consumer.nack('park', await consumer.next());
    await until(async () => (await stats(stream)).parkedMessageCount === 1n);
    await store.setStreamMetadata(stream, { truncateBefore: 1 });
    await store.replayParkedMessagesToStream(stream, 'group');
    const replayed = await consumer.next();
    expect([replayed.event, replayed.link?.streamId]).toEqual([
      undefined,
      `$persistentsubscription-${stream}::group-parked`,
    ]);
    await consumer.nack('park', replayed);
    await until(async () => (await stats(stream)).parkedMessageCount === 1n);
    const parked = (await parkedIn(store, stream)).map(({ data }) => Buffer.from(data as Uint8Array).toString());
    expect(parked.at(-1)).toBe(`0@${stream}`);
    await consumer.leave();
  });

  it('are replayed on request, acknowledged by the ids of their links, and removed', async () => {
    const stream = await group('replayed', 3);
    const consumer = await subscribe(stream);
    await consumer.nack('park', ...(await consumer.take(3)));
    await until(async () => (await stats(stream)).parkedMessageCount === 3n);
    await store.replayParkedMessagesToStream(stream, 'group');
    const replayed = await consumer.take(3);
    expect(replayed.map(shown)).toEqual(['0', '1', '2']);
    expect(replayed.map(({ link }) => link?.streamId)).toEqual(
      Array(3).fill('$persistentsubscription-replayed::group-parked'),
    );
    expect((await stats(stream)).parkedMessageCount).toBe(0n);
    expect(await parkedIn(store, stream)).toHaveLength(3);
    await consumer.ack(...replayed);
    await until(async () => (await parkedIn(store, stream)).length === 0);
    await consumer.leave();
  });

  it('are replayed even if they are not on disk yet when the replay is requested', async () => {
    for (let round = 0; round < 20; round += 1) {
      const stream = await group(`replayed-at-once-${round}`, 4);
      const consumer = await subscribe(stream);
      for (const event of await consumer.take(4)) void consumer.nack('park', event);
      await store.replayParkedMessagesToStream(stream, 'group');
      const replayed = await consumer.take(4);
      expect(replayed.map(shown)).toEqual(['0', '1', '2', '3']);
      await consumer.ack(...replayed);
      await consumer.leave();
    }
  });

  it('are deleted with their group even if they are not on disk yet', async () => {
    const stream = await group('deleted-at-once', 4);
    const consumer = await subscribe(stream);
    await consumer.nack('park', ...(await consumer.take(4)));
    await until(async () => (await stats(stream)).totalInFlightMessages === 0);
    await store.deletePersistentSubscriptionToStream(stream, 'group');
    await store.createPersistentSubscriptionToStream(stream, 'group', settings({ startFrom: 'start' }));
    expect(await parkedIn(store, stream)).toEqual([]);
  });

  it('are replayed up to stopAt, and can be parked again', async () => {
    const stream = await group('replayed-in-part', 3);
    const consumer = await subscribe(stream);
    await consumer.nack('park', ...(await consumer.take(3)));
    await until(async () => (await stats(stream)).parkedMessageCount === 3n);
    await store.replayParkedMessagesToStream(stream, 'group', { stopAt: 2 });
    const replayed = await consumer.take(2);
    expect(replayed.map(shown)).toEqual(['0', '1']);
    expect((await stats(stream)).parkedMessageCount).toBe(1n);
    await consumer.nack('park', ...replayed);
    await until(async () => (await stats(stream)).parkedMessageCount === 3n);
    await until(async () => (await parkedIn(store, stream)).length === 3);
    const links = (await parkedIn(store, stream)).map(({ data }) => Buffer.from(data as Uint8Array).toString());
    expect(links).toEqual(['2@replayed-in-part', '0@replayed-in-part', '1@replayed-in-part']);
    await consumer.leave();
  });
});
