import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
} from '@eventstore/db-client';
import { gatewayUrl } from '../support/gateway-url.js';
import { appendNumbered, Consumer, client, eventually, parkedIn, shown } from '../support/persistent-subscription.js';
import { tempFolder } from '../support/temp-folder.js';

const GATEWAY = join('dist', 'test', 'bench', 'targets', 'gateway.js');

interface GatewayProcess {
  readonly child: ChildProcess;
  readonly store: EventStoreDBClient;
}

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** A gateway over the log in a folder, in a process of its own. */
async function start(folder: string): Promise<GatewayProcess> {
  const env = { ...process.env, BENCH_FOLDER: folder };
  const child = spawn(process.execPath, [GATEWAY], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /:(\d+)$/.exec(line)?.[1];
    if (port !== undefined) return { child, store: client(gatewayUrl(Number(port))) };
  }
  throw new Error('the gateway ended before it listened');
}

async function kill({ child, store }: GatewayProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
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
    const folder = tempFolder();
    const before = await start(folder);
    await appendNumbered(before.store, 's', 5);
    await before.store.createPersistentSubscriptionToStream('s', 'group', chosen);
    const consumer = await subscribe(before.store);
    await consumer.ack(...(await consumer.take(5)).slice(0, 3));
    await checkpointed(before.store, 2n);
    await kill(before);

    const after = await start(folder);
    expect((await info(after.store)).settings).toEqual(chosen);
    const again = await subscribe(after.store);
    expect((await again.take(2)).map(shown)).toEqual(['3', '4']);
    await again.leave();
    await kill(after);
  });

  it('loses no parked message, not even one that was being delivered again', async () => {
    const folder = tempFolder();
    const before = await start(folder);
    await appendNumbered(before.store, 's', 2);
    await before.store.createPersistentSubscriptionToStream('s', 'group', chosen);
    const consumer = await subscribe(before.store);
    await consumer.nack('park', ...(await consumer.take(2)));
    await checkpointed(before.store, 1n);
    expect(await parkedIn(before.store, 's')).toHaveLength(2);
    await before.store.replayParkedMessagesToStream('s', 'group');
    await consumer.ack(...(await consumer.take(2)).slice(0, 1));
    await kill(before);

    const after = await start(folder);
    const again = await subscribe(after.store);
    await after.store.replayParkedMessagesToStream('s', 'group');
    expect((await again.take(2)).map(shown)).toEqual(['0', '1']);
    await again.leave();
    await kill(after);
  });
});
