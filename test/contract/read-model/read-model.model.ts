import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  type Collection,
  NOTHING_PROJECTED,
  type ReadModel,
  type Versioned,
} from '#libs/engine/documents/port/read-model.js';

interface Doc {
  readonly text: string;
}

/** A random batch; `again` repeats it at the end. */
interface Drawn {
  readonly writes: readonly {
    readonly id: string;
    readonly position: bigint;
    readonly gone: boolean;
    readonly begins: boolean;
  }[];
  readonly checkpoint: bigint;
  readonly again: boolean;
}

const RUNS = 15;

const position = fc.bigInt({ min: 0n, max: 12n });
const drawnWrite = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'ä', '\u{1f600}'),
  position,
  gone: fc.boolean(),
  begins: fc.boolean(),
});
const drawn: fc.Arbitrary<readonly Drawn[]> = fc.array(
  fc.record({
    writes: fc.uniqueArray(drawnWrite, { selector: ({ id }) => id, maxLength: 5 }),
    checkpoint: position,
    again: fc.boolean(),
  }),
  { maxLength: 8 },
);

/** Compares a read model with a map, for batches in any order and with repetitions. */
export function readModelModel(model: () => ReadModel): void {
  it('holds what a map of the newest writes holds, in whatever order batches arrive, and how often', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async (batches) => {
        const collection: Collection<Doc> = { name: `model${randomUUID().replaceAll('-', '')}` };
        const expected = new Map<string, Versioned<Doc>>();
        let furthest = NOTHING_PROJECTED;
        for (const { writes, checkpoint } of [...batches, ...batches.filter(({ again }) => again)]) {
          // An event always results in the same document.
          const documents = writes.map(({ id, position: at, gone, begins }) => {
            return { id, position: at, begins, document: gone ? undefined : { text: `${id} at ${at}` } };
          });
          await model().apply({ collection, writes: documents, after: NOTHING_PROJECTED, checkpoint });
          for (const { id, position: at, document } of documents) {
            if ((expected.get(id)?.position ?? NOTHING_PROJECTED) < at) expected.set(id, { position: at, document });
          }
          if (checkpoint > furthest) furthest = checkpoint;
        }
        expect(await model().getMany(collection, ['a', 'b', 'c', 'ä', '\u{1f600}'])).toEqual(expected);
        expect(await model().checkpoint(collection)).toBe(furthest);
        const present = [...expected.values()].flatMap(({ document }) => document ?? []);
        expect((await model().find(collection, { filter: {}, sort: [] })).total).toBe(present.length);
        await model().drop(collection);
      }),
      { numRuns: RUNS },
    );
  });
}
