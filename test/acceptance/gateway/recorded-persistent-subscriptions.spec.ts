import fc from 'fast-check';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { answersToGroupOperations, type GroupOperation, type Refusal } from '../../support/recorded-groups.js';
import { expectAnswersAsRecorded, recordedSequences, type Sequence, type Step } from '../../support/recordings.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

/** Sequences replayed concurrently: each of them mostly waits. */
const AT_ONCE = 20;

const expectAnswers = (sequences: readonly Sequence<GroupOperation>[]) =>
  expectAnswersAsRecorded(sequences, (sequence) => answersToGroupOperations(gateway.client, sequence), AT_ONCE);

it('persistent subscriptions behave as recorded from a real EventStoreDB', async () => {
  await expectAnswers(recordedSequences('persistent-subscriptions'));
});

const MAX_EVENTS = 30;
const FIRST_MADE_SEED = 1_000;

interface Scenario {
  readonly events: number;
  readonly start: number;
  readonly maxRetryCount: number;
  readonly strategy: 'RoundRobin' | 'DispatchToSingle' | 'Pinned';
  readonly readBatchSize: number;
  readonly first: Readonly<Record<string, Refusal>>;
  readonly replayed: Readonly<Record<string, Refusal>>;
}

const refusals = fc.dictionary(
  fc.nat({ max: MAX_EVENTS - 1 }).map(String),
  fc.constantFrom<Refusal>('park', 'skip', 'retry'),
  { maxKeys: 15 },
);
const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    events: fc.integer({ min: 1, max: MAX_EVENTS }),
    start: fc.nat({ max: 3 }),
    maxRetryCount: fc.nat({ max: 4 }),
    strategy: fc.constantFrom('RoundRobin', 'DispatchToSingle', 'Pinned'),
    readBatchSize: fc.constantFrom(1, 7, 20),
    first: refusals,
    replayed: refusals,
  })
  .filter(({ events, start }) => start < events);

/** What EventStoreDB delivers of these events, and which of them it parks. */
function outcome(events: readonly number[], answers: Readonly<Record<string, Refusal>>, maxRetryCount: number) {
  const deliveries = events.flatMap((n) => {
    const times = answers[n] === 'retry' ? maxRetryCount + 1 : 1;
    return Array.from({ length: times }, (_, retries) => [n, retries]);
  });
  return {
    delivered: [deliveries, 'no error'],
    parked: events.filter((n) => answers[n] === 'park' || answers[n] === 'retry'),
  };
}

/** The steps of a scenario, with the answers that follow from EventStoreDB's rules. */
function stepsOf({ events, start, first, replayed, ...settings }: Scenario): readonly Step<GroupOperation>[] {
  const { maxRetryCount, readBatchSize, strategy } = settings;
  const all = Array.from({ length: events - start }, (_, index) => start + index);
  const before = outcome(all, first, maxRetryCount);
  const after = outcome(before.parked, replayed, maxRetryCount);
  const missing = { error: 'persistent-subscription-does-not-exist' };
  const figures = { inFlight: 0, outstanding: 0, status: 'Live', connections: 0 };
  const last = { lastKnown: events - 1, lastCheckpointed: events - 1 };
  return [
    [{ op: 'list' }, missing],
    [{ op: 'append', from: 0, types: Array<string>(events).fill('A') }, null],
    [
      {
        op: 'create',
        settings: {
          startFrom: start === 0 ? 'start' : start,
          resolveLinkTos: false,
          extraStatistics: false,
          messageTimeout: 30_000,
          maxRetryCount,
          checkPointAfter: 1_000,
          checkPointLowerBound: 1,
          checkPointUpperBound: 1_000,
          maxSubscriberCount: 'unbounded',
          liveBufferSize: 500,
          readBatchSize,
          historyBufferSize: 500,
          consumerStrategyName: strategy,
        },
      },
      'ok',
    ],
    [{ op: 'consume', quiet: 800, answers: first }, before.delivered],
    [{ op: 'wait', ms: 1_300 }, null],
    [
      { op: 'info', what: 'figures' },
      { parked: before.parked.length, ...figures, ...last },
    ],
    [{ op: 'replay' }, 'ok'],
    [{ op: 'consume', quiet: 800, answers: replayed }, after.delivered],
    [{ op: 'info', what: 'parked' }, { parked: after.parked.length }],
    [{ op: 'delete' }, 'ok'],
    [{ op: 'list' }, []],
    [{ op: 'info', what: 'parked' }, missing],
  ];
}

it("persistent subscriptions follow EventStoreDB's rules for random acks and nacks", async () => {
  const seed = Date.now() % 1_000_000;
  const scenarios = fc.sample(scenario, { numRuns: 40, seed });
  const sequences = scenarios.map((one, index) => ({ seed: FIRST_MADE_SEED + index, steps: stepsOf(one) }));
  await expectAnswers(sequences).catch((error: Error) => {
    throw new Error(`with the seed ${seed}: ${error.message}`);
  });
});
