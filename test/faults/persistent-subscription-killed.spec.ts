import {
  type EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
} from '@eventstore/db-client';
import { GatewayProcess } from '../support/gateway-process.js';
import { appendNumbered, Consumer, client, parkedIn, shown } from '../support/persistent-subscription.js';
import { until } from '../support/until.js';

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
/** Without a checkpoint on disk, a killed group delivers again what it had delivered. */
const checkpointed = (store: EventStoreDBClient, revision: bigint) =>
  until(async () => (await info(store)).stats.lastCheckpointedEventRevision === revision);

describe('a persistent subscription whose gateway is killed', () => {
  it('continues after its checkpoint, and delivers unacknowledged events again', async () => {
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

  it('loses no parked message, not even during a replay', async () => {
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

/** What consumers and producers have observed across all restarts of the gateway. */
class Observations {
  readonly appended = new Set<number>();
  /** Events whose ack was sent; it may have been lost in a kill. */
  readonly acknowledged = new Set<number>();
  #next = 0;

  /** Appends until the gateway is killed. */
  async produce(store: EventStoreDBClient): Promise<void> {
    for (;;) {
      const from = this.#next;
      this.#next += 5;
      await appendNumbered(store, 's', 5, from);
      for (let n = from; n < from + 5; n += 1) this.appended.add(n);
    }
  }

  /** Consumes until the gateway is killed: acknowledges most events, parks some and retries some. */
  async consume(store: EventStoreDBClient, isOver: () => boolean): Promise<void> {
    const consumer = await subscribe(store);
    for (;;) {
      const event = await Promise.race([consumer.next(), consumer.ended]);
      if (event instanceof Error) throw event;
      if (isOver()) return;
      const dice = Math.random();
      if (dice < 0.2) await consumer.nack('park', event);
      else if (dice < 0.4) await consumer.nack('retry', event);
      else await this.acknowledge(consumer, event);
    }
  }

  async acknowledge(consumer: Consumer, event: Awaited<ReturnType<Consumer['next']>>): Promise<void> {
    this.acknowledged.add(Number.parseInt(shown(event), 10));
    await consumer.ack(event);
  }

  /** Requests replays until the gateway is killed. */
  async replay(store: EventStoreDBClient): Promise<void> {
    for (;;) {
      await store.replayParkedMessagesToStream('s', 'group');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Events that were appended and never acknowledged. */
  get missing(): readonly number[] {
    return [...this.appended].filter((n) => !this.acknowledged.has(n));
  }
}

it('a persistent subscription loses no event when its gateway is killed at random moments', async () => {
  const seen = new Observations();
  for (let life = 0; life < 8; life += 1) {
    const store = await start();
    const retrying = { ...chosen, maxRetryCount: 1 };
    if (life === 0) await store.createPersistentSubscriptionToStream('s', 'group', retrying);
    let isOver = false;
    const producing = seen.produce(store);
    const consuming = [1, 2].map(() => seen.consume(store, () => isOver));
    for (const work of [producing, ...consuming, seen.replay(store)]) work.catch(() => {}); // The kill ends it.
    const before = seen.appended.size;
    await until(async () => seen.appended.size > before); // A loaded machine takes a while to connect.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
    isOver = true;
    await kill(store);
    // Consumers are not awaited: the client may never settle a subscription that is disposed of while it is being
    // opened.
    await Promise.allSettled([producing]);
  }
  const store = await start();
  const last = await subscribe(store);
  await store.replayParkedMessagesToStream('s', 'group');
  void (async () => {
    for (;;) await seen.acknowledge(last, await last.next());
  })();
  await until(async () => seen.missing.length === 0);
  await last.leave();
  await kill(store);
});
