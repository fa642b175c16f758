import {
  type EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
} from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { appendNumbered, Consumer, client, shown } from '../../support/persistent-subscription.js';
import { until } from '../../support/until.js';

let gateway: TestGateway;
let store: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  store = client(gateway.connectionString);
});
afterAll(() => gateway.close());

const fromStart = settings({ startFrom: 'start' });
const subscribe = (stream: string, group = 'group') =>
  Consumer.of(store.subscribeToPersistentSubscriptionToStream(stream, group));

describe('a group of a persistent subscription', () => {
  it('cannot be created twice', async () => {
    await store.createPersistentSubscriptionToStream('twice', 'group', fromStart);
    await expect(store.createPersistentSubscriptionToStream('twice', 'group', fromStart)).rejects.toMatchObject({
      type: 'persistent-subscription-exists',
      code: 6,
      message: '6 ALREADY_EXISTS: Subscription group group on stream twice exists.',
      streamName: 'twice',
      groupName: 'group',
    });
  });

  it.each([
    ['Read', () => subscribe('missing')],
    ['Update', () => store.updatePersistentSubscriptionToStream('missing', 'group', fromStart)],
    ['Delete', () => store.deletePersistentSubscriptionToStream('missing', 'group')],
    ['GetInfo', () => store.getPersistentSubscriptionToStreamInfo('missing', 'group')],
    ['ReplayParked', () => store.replayParkedMessagesToStream('missing', 'group')],
  ])('that does not exist is an error in %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({
      type: 'persistent-subscription-does-not-exist',
      code: 5,
      message: '5 NOT_FOUND: Subscription group group on stream missing does not exist.',
      streamName: 'missing',
      groupName: 'group',
    });
  });

  it.each([
    ['has no name', 's', '', fromStart, /group name is empty/],
    ['has no stream', '', 'g', fromStart, /valid stream name/],
    ['has names too long for its parked stream', 's'.repeat(1_000), 'g', fromStart, /together are too long/],
    ['has a stream named $all', '$all', 'g', fromStart, /valid stream name/],
    ['has a negative setting', 's', 'g', { ...fromStart, maxRetryCount: -1 }, /maxRetryCount must be 0 or more/],
    [
      'has a read batch as large as its history buffer',
      's',
      'g',
      { ...fromStart, readBatchSize: 30, historyBufferSize: 30 },
      /30 and 30/,
    ],
    ['starts above the highest revision', 's', 'g', { ...fromStart, startFrom: 2n ** 63n }, /start revision/],
  ] as const)('that %s is refused', async (_, stream, group, chosen, text) => {
    await expect(store.createPersistentSubscriptionToStream(stream, group, chosen)).rejects.toMatchObject({
      type: 'persistent-subscription-failed',
      code: 13,
      reason: expect.stringMatching(text),
      message: expect.stringMatching(text),
    });
  });

  it('keeps its settings when an update is not valid', async () => {
    await store.createPersistentSubscriptionToStream('refused', 'group', fromStart);
    const update = store.updatePersistentSubscriptionToStream('refused', 'group', settings({ readBatchSize: 500 }));
    await expect(update).rejects.toMatchObject({ type: 'persistent-subscription-failed', code: 13 });
    const info = await store.getPersistentSubscriptionToStreamInfo('refused', 'group');
    expect(info.settings).toMatchObject({ readBatchSize: 20, startFrom: 'start' });
  });

  it('refuses more than the maximum number of subscribers', async () => {
    const one = settings({ startFrom: 'start', maxSubscriberCount: 1 });
    await store.createPersistentSubscriptionToStream('crowded', 'group', one);
    const first = await subscribe('crowded');
    await expect(subscribe('crowded')).rejects.toMatchObject({
      type: 'maximum-subscribers-reached',
      code: 9,
      message: '9 FAILED_PRECONDITION: Maximum subscriptions reached for subscription group group on stream crowded.',
    });
    await first.leave();
    await until(async () => {
      const { connections } = await store.getPersistentSubscriptionToStreamInfo('crowded', 'group');
      return connections.length === 0;
    });
    await (await subscribe('crowded')).leave();
  });

  it.each([
    ['updated', () => store.updatePersistentSubscriptionToStream('dropped', 'updated', fromStart)],
    ['deleted', () => store.deletePersistentSubscriptionToStream('dropped', 'deleted')],
    ['restarted', () => store.restartPersistentSubscriptionSubsystem()],
  ])('drops its subscribers when it is %s', async (group, change) => {
    await store.createPersistentSubscriptionToStream('dropped', group, fromStart);
    const consumer = await subscribe('dropped', group);
    await change();
    expect(await consumer.ended).toMatchObject({
      type: 'persistent-subscription-dropped',
      code: 1,
      message: `1 CANCELLED: Subscription group ${group} on stream dropped was dropped.`,
    });
  });

  it('continues after its checkpoint with the new settings after an update', async () => {
    await appendNumbered(store, 'updated', 4);
    await store.createPersistentSubscriptionToStream('updated', 'group', fromStart);
    const before = await subscribe('updated');
    await before.ack(...(await before.take(2)));
    const info = () => store.getPersistentSubscriptionToStreamInfo('updated', 'group');
    await until(async () => (await info()).stats.outstandingMessagesCount === 2);
    await store.updatePersistentSubscriptionToStream('updated', 'group', settings({ maxRetryCount: 3 }));
    const after = await subscribe('updated');
    expect((await after.take(2)).map(shown)).toEqual(['2', '3']);
    expect((await info()).settings.maxRetryCount).toBe(3);
    await after.leave();
  });

  it('that is deleted and recreated starts anew, without parked messages', async () => {
    await appendNumbered(store, 'again', 2);
    await store.createPersistentSubscriptionToStream('again', 'group', fromStart);
    const before = await subscribe('again');
    await before.nack('park', ...(await before.take(2)));
    const parked = async () =>
      (await store.getPersistentSubscriptionToStreamInfo('again', 'group')).stats.parkedMessageCount;
    await until(async () => (await parked()) === 2n);
    await store.deletePersistentSubscriptionToStream('again', 'group');
    await store.createPersistentSubscriptionToStream('again', 'group', fromStart);
    expect(await parked()).toBe(0n);
    const after = await subscribe('again');
    expect((await after.take(2)).map(shown)).toEqual(['0', '1']);
    await after.leave();
  });

  it('reports its settings and statistics', async () => {
    await appendNumbered(store, 'told', 3);
    const chosen = settings({
      startFrom: 1n,
      messageTimeout: 5_000,
      maxRetryCount: 7,
      checkPointAfter: 1_000,
      checkPointLowerBound: 1,
      checkPointUpperBound: 20,
      maxSubscriberCount: 5,
      liveBufferSize: 40,
      readBatchSize: 10,
      historyBufferSize: 30,
      consumerStrategyName: 'Pinned',
    });
    await store.createPersistentSubscriptionToStream('told', 'group', chosen);
    const consumer = await Consumer.of(
      store.subscribeToPersistentSubscriptionToStream('told', 'group', { bufferSize: 4 }),
    );
    const [first] = await consumer.take(2);
    if (first !== undefined) await consumer.ack(first);
    const info = () => store.getPersistentSubscriptionToStreamInfo('told', 'group');
    await until(async () => (await info()).stats.lastCheckpointedEventRevision === 1n);
    const told = await info();
    expect(told).toMatchObject({ eventSource: 'told', groupName: 'group', status: 'Live', settings: chosen });
    expect(told.stats).toEqual({
      averagePerSecond: 0,
      totalItems: 2n,
      countSinceLastMeasurement: 0n,
      readBufferCount: 0,
      liveBufferCount: 0n,
      retryBufferCount: 0,
      totalInFlightMessages: 1,
      outstandingMessagesCount: 1,
      parkedMessageCount: 0n,
      lastCheckpointedEventRevision: 1n,
      lastKnownEventRevision: 2n,
    });
    expect(told.connections).toMatchObject([
      { username: 'anonymous', totalItems: 2n, availableSlots: 3, inFlightMessages: 1 },
    ]);
    expect(told.connections[0]?.from).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(told.connections[0]?.connectionName).not.toBe('');
    await consumer.leave();
  });

  it('is listed among all groups, and among those of its stream', async () => {
    await store.createPersistentSubscriptionToStream('listed', 'one', fromStart);
    await store.createPersistentSubscriptionToStream('listed', 'two', settings());
    const ofStream = await store.listPersistentSubscriptionsToStream('listed');
    expect(ofStream.map(({ groupName, settings: { startFrom } }) => [groupName, startFrom])).toEqual([
      ['one', 'start'],
      ['two', 'end'],
    ]);
    const all = await store.listAllPersistentSubscriptions();
    expect(all.filter(({ eventSource }) => eventSource === 'listed')).toHaveLength(2);
    await expect(store.listPersistentSubscriptionsToStream('unlisted')).rejects.toMatchObject({
      type: 'persistent-subscription-does-not-exist',
    });
  });

  it('that was the last of its stream leaves an empty list until the subsystem is restarted', async () => {
    await store.createPersistentSubscriptionToStream('emptied', 'group', fromStart);
    await store.deletePersistentSubscriptionToStream('emptied', 'group');
    expect(await store.listPersistentSubscriptionsToStream('emptied')).toEqual([]);
    await store.restartPersistentSubscriptionSubsystem();
    await expect(store.listPersistentSubscriptionsToStream('emptied')).rejects.toMatchObject({
      type: 'persistent-subscription-does-not-exist',
    });
  });

  it('reports the latencies of its subscribers if extra statistics are enabled', async () => {
    await appendNumbered(store, 'measured', 2);
    const measuring = settings({ startFrom: 'start', extraStatistics: true });
    await store.createPersistentSubscriptionToStream('measured', 'group', measuring);
    const consumer = await subscribe('measured');
    const statistics = async () => {
      const { connections } = await store.getPersistentSubscriptionToStreamInfo('measured', 'group');
      return [...(connections[0]?.extraStatistics?.keys() ?? [])];
    };
    const events = await consumer.take(2);
    expect(await statistics()).toEqual([]);
    await consumer.ack(...events);
    await until(async () => (await statistics()).length > 0);
    expect(await statistics()).toEqual([
      'mean',
      'median',
      'fastest',
      ...[1, 2, 3, 4, 5].map((quintile) => `quintile ${quintile}`),
      ...['90%', '95%', '99%', '99.5%', '99.9%'],
      'highest',
    ]);
    await consumer.leave();
  });
});

it('at most a thousand groups can be created, and another one after one is deleted', async () => {
  const full = await startTestGateway();
  const all = client(full.connectionString);
  const create = (n: number) => all.createPersistentSubscriptionToStream('many', `group-${n}`, fromStart);
  for (let n = 0; n < 1_000; n += 100) await Promise.all(Array.from({ length: 100 }, (_, index) => create(n + index)));
  await expect(create(1_000)).rejects.toMatchObject({
    type: 'persistent-subscription-failed',
    code: 8,
    reason: 'the maximum of 1000 groups is reached: delete one first',
  });
  await expect(create(7)).rejects.toMatchObject({ type: 'persistent-subscription-exists' });
  await all.deletePersistentSubscriptionToStream('many', 'group-7');
  await create(1_000);
  await full.close();
});
