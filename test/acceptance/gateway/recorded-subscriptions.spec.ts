import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { wireClients } from '../../support/gateway-wire.js';
import { answersToSubscriptions, type SubscriptionStep } from '../../support/recorded-subscriptions.js';
import { expectAnswersAsRecorded, recordedSequences } from '../../support/recordings.js';

let gateway: TestGateway;
let wire: ReturnType<typeof wireClients>;

beforeAll(async () => {
  gateway = await startTestGateway();
  wire = wireClients(gateway.port);
});
afterAll(async () => {
  wire.close();
  await gateway.close();
});

it('filters, checkpoints and links are those of a real EventStoreDB', async () => {
  const sequences = recordedSequences<SubscriptionStep>('subscriptions');
  expect(sequences).toHaveLength(4);
  await expectAnswersAsRecorded(sequences, (sequence) =>
    answersToSubscriptions({ client: gateway.client, wire }, sequence),
  );
});
