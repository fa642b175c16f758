import { join } from 'node:path';
import { persistentSubscriptionToStreamSettingsFromDefaults as settings } from '@eventstore/db-client';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { startTestGateway } from '../../support/gateway.js';
import { appendNumbered, Consumer, client, shown } from '../../support/persistent-subscription.js';
import { tempFolder } from '../../support/temp-folder.js';
import { until } from '../../support/until.js';

async function openOn(folder: string, readOnly = false) {
  const log = await EmbeddedLog.open({ folder: join(folder, 'events'), readOnly });
  const gateway = await startTestGateway({ log });
  return { gateway, store: client(gateway.connectionString) };
}

describe('a gateway that is restarted', () => {
  it('ends subscriptions with UNAVAILABLE, and continues after what was acknowledged', async () => {
    const folder = tempFolder();
    const before = await openOn(folder);
    await appendNumbered(before.store, 's', 5);
    const chosen = settings({ startFrom: 'start', maxRetryCount: 4, maxSubscriberCount: 2 });
    await before.store.createPersistentSubscriptionToStream('s', 'g', chosen);
    const consumer = await Consumer.of(before.store.subscribeToPersistentSubscriptionToStream('s', 'g'));
    const [first, second, third] = await consumer.take(5);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were taken');
    await consumer.ack(first, second);
    await consumer.nack('park', third);
    const info = () => before.store.getPersistentSubscriptionToStreamInfo('s', 'g');
    await until(async () => (await info()).stats.outstandingMessagesCount === 2);
    await before.gateway.close();
    expect(await consumer.ended).toMatchObject({ type: 'unavailable' });

    const after = await openOn(folder);
    const told = await after.store.getPersistentSubscriptionToStreamInfo('s', 'g');
    expect(told.settings).toEqual(chosen);
    expect(told.stats).toMatchObject({ lastCheckpointedEventRevision: 2n, parkedMessageCount: 1n });
    const again = await Consumer.of(after.store.subscribeToPersistentSubscriptionToStream('s', 'g'));
    expect((await again.take(2)).map(shown)).toEqual(['3', '4']);
    await again.leave();
    await after.gateway.close();
  });

  it('starts a group without checkpoint where the stream ended when the group was created', async () => {
    const folder = tempFolder();
    const before = await openOn(folder);
    await appendNumbered(before.store, 's', 2);
    await before.store.createPersistentSubscriptionToStream('s', 'g', settings({ startFrom: 'end' }));
    await appendNumbered(before.store, 's', 1, 2);
    await before.gateway.close();

    const after = await openOn(folder);
    const consumer = await Consumer.of(after.store.subscribeToPersistentSubscriptionToStream('s', 'g'));
    expect(shown(await consumer.next())).toBe('2');
    await consumer.leave();
    await after.gateway.close();
  });

  it('has no deleted group', async () => {
    const folder = tempFolder();
    const before = await openOn(folder);
    await before.store.createPersistentSubscriptionToStream('s', 'g', settings());
    await before.store.deletePersistentSubscriptionToStream('s', 'g');
    await before.gateway.close();
    const after = await openOn(folder);
    expect(await after.store.listAllPersistentSubscriptions()).toEqual([]);
    await after.gateway.close();
  });
});

describe('a gateway on a read-only log', () => {
  it('delivers, refuses new groups, and delivers again messages that it cannot park', async () => {
    const folder = tempFolder();
    const before = await openOn(folder);
    await appendNumbered(before.store, 's', 2);
    const chosen = settings({ startFrom: 'start', checkPointLowerBound: 1, checkPointAfter: 1 });
    await before.store.createPersistentSubscriptionToStream('s', 'g', chosen);
    await before.gateway.close();

    const { gateway, store } = await openOn(folder, true);
    await expect(store.createPersistentSubscriptionToStream('s', 'other', chosen)).rejects.toMatchObject({
      type: 'unavailable',
      message: expect.stringContaining('read-only'),
    });
    const consumer = await Consumer.of(store.subscribeToPersistentSubscriptionToStream('s', 'g', { bufferSize: 1 }));
    await consumer.ack(await consumer.next());
    const second = await consumer.next();
    expect(shown(second)).toBe('1');
    await consumer.nack('park', second);
    expect(shown(await consumer.next())).toBe('1');
    await consumer.leave();
    await gateway.close();
  });
});
