import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { answersToOperations, type Operation } from '../../support/recorded-operations.js';
import { expectAnswersAsRecorded, recordedSequences } from '../../support/recordings.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

it('appends, reads, deletes and metadata are answered as by a real EventStoreDB', async () => {
  const sequences = recordedSequences<Operation>('operations');
  expect(sequences).toHaveLength(300);
  await expectAnswersAsRecorded(sequences, (sequence) => answersToOperations(gateway.client, sequence));
}, 600_000);
