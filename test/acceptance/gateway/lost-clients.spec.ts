import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { persistentSubscriptionToStreamSettingsFromDefaults as settings } from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { framed } from '../../support/gateway-frames.js';
import { gatewayUrl } from '../../support/gateway-url.js';
import { subscriptionToAll } from '../../support/gateway-wire.js';
import { appendNumbered, Consumer, client } from '../../support/persistent-subscription.js';
import { StallingProxy } from '../../support/stalling-proxy.js';
import { until } from '../../support/until.js';

/** Subscriptions read in the turns after an append. */
const POLL_MS = 20;
const READ = '/event_store.client.streams.Streams/Read';

let gateway: TestGateway;
afterEach(() => gateway.close());

it('a subscriber that is gone without a word leaves its group, and its messages go to another one', async () => {
  gateway = await startTestGateway({ keepAliveMs: 100 });
  const store = gateway.client;
  await appendNumbered(store, 's', 1);
  await store.createPersistentSubscriptionToStream(
    's',
    'g',
    settings({ startFrom: 'start', consumerStrategyName: 'DispatchToSingle', messageTimeout: 3_600_000 }),
  );
  const proxy = await StallingProxy.start(gateway.port);
  const gone = await Consumer.of(client(gatewayUrl(proxy.port)).subscribeToPersistentSubscriptionToStream('s', 'g'));
  await gone.next();
  const other = await Consumer.of(store.subscribeToPersistentSubscriptionToStream('s', 'g'));
  proxy.stall();
  expect((await other.next()).event?.data).toEqual({ n: 0 });
  const { connections } = await store.getPersistentSubscriptionToStreamInfo('s', 'g');
  expect(connections).toHaveLength(1);
  gone.end();
  proxy.close();
  await other.subscription.unsubscribe();
});

it('an idle client that answers pings stays connected', async () => {
  gateway = await startTestGateway({ keepAliveMs: 20 });
  const session = connect(`http://127.0.0.1:${gateway.port}`);
  let pings = 0;
  session.on('ping', () => {
    pings += 1;
  });
  await until(() => pings >= 5);
  expect(session.closed).toBe(false);
  session.destroy();
});

describe('calls that the client resets', () => {
  it.each([
    ['at once', 'application/grpc', constants.NGHTTP2_CANCEL],
    ['at once, without an error', 'application/grpc', constants.NGHTTP2_NO_ERROR],
    ['at once, with another content type', 'text/plain', constants.NGHTTP2_CANCEL],
  ])('%s leave nothing behind', async (_, contentType, code) => {
    gateway = await startTestGateway();
    const session = connect(`http://127.0.0.1:${gateway.port}`);
    session.on('error', () => {}); // The gateway may end a connection that resets calls too fast.
    await once(session, 'connect');
    for (let n = 0; n < 100; n += 1) {
      const request = session.request({ ':method': 'POST', ':path': READ, 'content-type': contentType });
      request.on('error', () => {});
      request.write(framed(subscriptionToAll()));
      request.close(code);
    }
    session.close();
    await until(() => session.destroyed);
    await until(async () => (await readsAfterAppend(gateway)) === 0);
  });
});

/** The pages that subscriptions read because of an append: none, if there are no subscriptions. */
async function readsAfterAppend({ client: store, log }: TestGateway): Promise<number> {
  const read = log.readAllPage;
  let pages = 0;
  log.readAllPage = (page) => {
    pages += 1;
    return read.call(log, page);
  };
  await appendNumbered(store, 'alive', 1);
  await delay(POLL_MS);
  log.readAllPage = read;
  return pages;
}
