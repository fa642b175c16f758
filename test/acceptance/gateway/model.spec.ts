import fc from 'fast-check';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { answersToOperations, type Operation } from '../../support/recorded-operations.js';
import { StreamsModel } from '../../support/streams.model.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

/** Placeholder in names and ids for what makes the streams and events of each run unique. */
const RUN = '<run>';

const stream = fc.constantFrom('a', 'b', 'c').map((name) => `${RUN}-${name}`);
const revision = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('any' as const, 'no_stream' as const, 'stream_exists' as const) },
  { weight: 2, arbitrary: fc.nat(7) },
);
/** Only 16 ids, so that they recur: in one append, in another order, in another stream. */
const id = fc.nat(15).map((n) => `${RUN}-${n.toString(16).padStart(4, '0')}-4000-8000-000000000000`);
const metadata = fc.constantFrom('text', null, [], {}, { $maxCount: 2 }, { $tb: 2 }, { $tb: '2' }, { own: 1, $tb: 3 });
const direction = fc.constantFrom('forwards' as const, 'backwards' as const);

const append = fc.record({
  op: fc.constant('append' as const),
  stream,
  unary: fc.boolean(),
  expected: revision,
  ids: fc.array(id, { maxLength: 4 }),
  type: fc.constantFrom('A', '$sys', 'ü'),
});
let metadataIds = 0;
const appendMetadata = fc.record({ stream, unary: fc.boolean(), data: metadata }).map(
  ({ stream, ...rest }): Operation => ({
    ...rest,
    op: 'append',
    stream: `$$${stream}`,
    expected: 'any',
    ids: [`${RUN}-ffff-4000-8000-${(metadataIds++).toString(16).padStart(12, '0')}`],
    type: '$metadata',
  }),
);
const link = fc.record({
  op: fc.constant('link' as const),
  stream,
  unary: fc.boolean(),
  expected: fc.constant('any' as const),
  id,
  to: fc.tuple(fc.nat(4), stream).map(([target, name]) => `${target}@${name}`),
});
const setMeta = fc.record({
  op: fc.constant('setMeta' as const),
  stream,
  expected: revision,
  meta: fc.constantFrom({}, { maxCount: 2 }, { truncateBefore: 2 }, { truncateBefore: 1, maxCount: 3 }, { own: 'x' }),
});
const remove = fc.record({
  op: fc.constantFrom('delete' as const, 'delete' as const, 'tombstone' as const),
  stream,
  // The client has no delete with the expectation `stream_exists`.
  expected: revision.filter((expected) => expected !== 'stream_exists'),
});
const read = fc.record({
  op: fc.constant('read' as const),
  stream: fc.oneof(
    stream,
    stream,
    stream.map((name) => `$$${name}`),
  ),
  direction,
  from: fc.constantFrom('start' as const, 0, 1, 3, 40),
  max: fc.constantFrom(1, 2, 1_000),
  resolve: fc.boolean(),
});
const readAll = fc.record({
  op: fc.constant('all' as const),
  prefix: fc.constant(RUN),
  direction,
  resolve: fc.boolean(),
});

const operations = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: append },
    { weight: 2, arbitrary: appendMetadata },
    { weight: 1, arbitrary: link },
    { weight: 2, arbitrary: setMeta },
    { weight: 3, arbitrary: remove },
    { weight: 4, arbitrary: read },
    { weight: 1, arbitrary: readAll },
  ),
  { minLength: 10, maxLength: 50, size: 'max' },
);

it('appends, deletes, tombstones, metadata and reads behave like the model in memory', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(operations, async (chosen) => {
      const ofRun = JSON.stringify(chosen).replaceAll(RUN, (run++).toString(16).padStart(8, '0'));
      const taken: readonly Operation[] = JSON.parse(ofRun);
      const model = new StreamsModel();
      const expected = taken.map((operation) => model.answer(operation));
      const answers = await answersToOperations(gateway.client, {
        seed: run,
        steps: taken.map((step) => [step, null]),
      });
      for (const [index, operation] of taken.entries()) {
        const answered: unknown = JSON.parse(JSON.stringify(answers[index]));
        expect({ index, operation, answer: answered }).toEqual({
          index,
          operation,
          answer: withoutIds(expected[index]),
        });
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

/** Clients do not see generated ids. */
function withoutIds(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (_, value) =>
    value?.type === '$metadata' ? { ...value, id: '-' } : value,
  );
}
