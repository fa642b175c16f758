import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { answersToSubscriptions, type SubscriptionStep } from '../../support/recorded-subscriptions.js';
import { expectAnswersAsRecorded, recordedSequences } from '../../support/recordings.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

it('filters, checkpoints and links behave as recorded from a real EventStoreDB', async () => {
  const sequences = recordedSequences<SubscriptionStep>('subscriptions');
  expect(sequences).toHaveLength(4);
  await expectAnswersAsRecorded(sequences, (sequence) => answersToSubscriptions(gateway, sequence));
});
