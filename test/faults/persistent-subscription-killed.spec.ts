import {
  type EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
} from '@eventstore/db-client';
import { GatewayProcess } from '../support/gateway-process.js';
import { appendNumbered, Consumer, client, eventually, parkedIn, shown } from '../support/persistent-subscription.js';

let gateway: GatewayProcess;
beforeEach(() => {
  gateway = new GatewayProcess();
});
afterEach(() => gateway.end());

async function start(): Promise<EventStoreDBClient> {
  await gateway.start();
  return client(gateway.connectionString);
}

async function kill(store: EventStoreDBClient): Promise<void> {
  await gateway.end('SIGKILL');
  await store.dispose();
}

const chosen = settings({ startFrom: 'start', checkPointLowerBound: 1, checkPointAfter: 10 });
const subscribe = (store: EventStoreDBClient) =>
  Consumer.of(store.subscribeToPersistentSubscriptionToStream('s', 'group'));

const info = (store: EventStoreDBClient) => store.getPersistentSubscriptionToStreamInfo('s', 'group');
/** Before its checkpoint is on disk, a killed group delivers again what it had delivered. */
const checkpointed = (store: EventStoreDBClient, revision: bigint) =>
  eventually(async () => (await info(store)).stats.lastCheckpointedEventRevision === revision);

describe('a persistent subscription whose gateway is killed', () => {
  it('goes on behind its checkpoint, and delivers again what was not acknowledged', async () => {
    const before = await start();
    await appendNumbered(before, 's', 5);
    await before.createPersistentSubscriptionToStream('s', 'group', chosen);
    const consumer = await subscribe(before);
    await consumer.ack(...(await consumer.take(5)).slice(0, 3));
    await checkpointed(before, 2n);
    await kill(before);

    const after = await start();
    expect((await info(after)).settings).toEqual(chosen);
    const again = await subscribe(after);
    expect((await again.take(2)).map(shown)).toEqual(['3', '4']);
    await again.leave();
    await kill(after);
  });

  it('loses no parked message, not even one that was being delivered again', async () => {
    const before = await start();
    await appendNumbered(before, 's', 2);
    await before.createPersistentSubscriptionToStream('s', 'group', chosen);
    const consumer = await subscribe(before);
    await consumer.nack('park', ...(await consumer.take(2)));
    await checkpointed(before, 1n);
    expect(await parkedIn(before, 's')).toHaveLength(2);
    await before.replayParkedMessagesToStream('s', 'group');
    await consumer.ack(...(await consumer.take(2)).slice(0, 1));
    await kill(before);

    const after = await start();
    const again = await subscribe(after);
    await after.replayParkedMessagesToStream('s', 'group');
    expect((await again.take(2)).map(shown)).toEqual(['0', '1']);
    await again.leave();
    await kill(after);
  });
});
