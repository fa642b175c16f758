import {
  ErrorType,
  type EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
} from '@eventstore/db-client';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { appendNumbered, Consumer, client, shown } from '../../support/persistent-subscription.js';

let gateway: TestGateway;
let store: EventStoreDBClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  store = client(gateway.connectionString);
});
afterAll(() => gateway.close());

const subscribe = (stream: string, bufferSize = 10) =>
  Consumer.of(store.subscribeToPersistentSubscriptionToStream(stream, 'group', { bufferSize }));

describe('a persistent subscription to a stream', () => {
  it('delivers what is there and what comes, and goes on behind what was acknowledged', async () => {
    await appendNumbered(store, 'plain', 3);
    await store.createPersistentSubscriptionToStream('plain', 'group', settings({ startFrom: 'start' }));
    const consumer = await subscribe('plain');
    const first = await consumer.take(3);
    expect(first.map(shown)).toEqual(['0', '1', '2']);
    await consumer.ack(...first);
    await appendNumbered(store, 'plain', 2, 3);
    expect((await consumer.take(2)).map(shown)).toEqual(['3', '4']);
    await consumer.leave();
  });
});
