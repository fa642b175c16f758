import { randomUUID } from 'node:crypto';
import type { Collection, Filter, Index, ReadModel, Sort } from '#libs/engine/documents/port/read-model.js';
import { NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';

/** The documents that are queried. */
interface Thing {
  readonly id: string;
  readonly name: string;
  readonly owner: { readonly project: string; readonly role?: string };
  readonly size?: number;
  readonly tag?: string;
  readonly isOpen?: boolean;
}

/** More than any adapter reads at once. */
const MANY = 1_000;

/** Sorted by id. The names are in the order of their UTF-8 bytes. */
const THINGS: readonly Thing[] = [
  { id: '1', name: 'Banana', owner: { project: 'p1', role: 'a' }, size: 3, tag: 'x' },
  { id: '2', name: 'apple', owner: { project: 'p1' }, size: 1, isOpen: true },
  { id: '3', name: 'apple', owner: { project: 'p2', role: 'b' }, size: 2 ** 40, tag: 'y' },
  { id: '4', name: 'cherry', owner: { project: 'p1', role: 'b' }, size: 2.5, tag: 'X' },
  { id: '5', name: 'ä', owner: { project: 'p2', role: 'a' }, tag: 'y', isOpen: false },
  { id: '6', name: '\uff5e', owner: { project: 'p1', role: 'c' }, size: -1 },
  { id: '7', name: '\u{1f600}', owner: { project: 'p1', role: 'c' }, size: 0, tag: 'x' },
];

const FILTERS: readonly (readonly [string, Filter, string])[] = [
  ['nothing asked', {}, '1234567'],
  ['equality', { name: 'apple' }, '23'],
  ['equality with regard to case', { name: 'Apple' }, ''],
  ['equality of a nested field', { 'owner.project': 'p2' }, '35'],
  ['several equalities', { 'owner.project': 'p1', tag: 'x' }, '17'],
  ['$eq', { name: { $eq: 'apple' } }, '23'],
  ['$ne, absent fields included', { tag: { $ne: 'x' } }, '23456'],
  ['$in', { tag: { $in: ['X', 'y', 'none'] } }, '345'],
  ['$nin, absent fields included', { tag: { $nin: ['x', 'y'] } }, '246'],
  ['$gt of numbers', { size: { $gt: 1 } }, '134'],
  ['$gte and $lt of numbers', { size: { $gte: 1, $lt: 3 } }, '24'],
  ['$lte of numbers, absent fields left out', { size: { $lte: 0 } }, '67'],
  ['$gt of texts, by bytes', { name: { $gt: 'ä' } }, '67'],
  ['$exists', { tag: { $exists: true } }, '13457'],
  ['$exists: false of a nested field', { 'owner.role': { $exists: false } }, '2'],
  ['$regex at the start', { name: { $regex: '^app' } }, '23'],
  ['$regex without regard to case', { name: { $regex: 'ban', $options: 'i' } }, '1'],
  ['$regex of characters beyond the first plane', { name: { $regex: '\u{1f600}$' } }, '7'],
  ['$not', { name: { $not: { $regex: 'a' } } }, '4567'],
  ['$and', { $and: [{ name: 'apple' }, { size: { $gt: 1 } }] }, '3'],
  ['$or', { $or: [{ name: 'cherry' }, { isOpen: false }] }, '45'],
  ['$nor', { $nor: [{ name: 'apple' }, { 'owner.project': 'p1' }] }, '5'],
  ['equality beside $or', { 'owner.project': 'p1', $or: [{ tag: 'x' }, { size: 1 }] }, '127'],
  ['a flag', { isOpen: true }, '2'],
  ['a number beyond 32 bits', { size: 2 ** 40 }, '3'],
  ['nothing found', { name: 'none' }, ''],
  ['the position, which is no field', { position: 1 }, ''],
];

const ORDERS: readonly (readonly [string, readonly Sort[], string])[] = [
  ['ids', [['id', 1]], '1234567'],
  ['ids, descending', [['id', -1]], '7654321'],
  [
    'texts by their UTF-8 bytes, then ids',
    [
      ['name', 1],
      ['id', 1],
    ],
    '1234567',
  ],
  [
    'texts descending, then ids ascending',
    [
      ['name', -1],
      ['id', 1],
    ],
    '7654231',
  ],
  ['numbers, absent ones first', [['size', 1]], '5672413'],
  [
    'a nested field, absent ones first, then numbers descending',
    [
      ['owner.role', 1],
      ['size', -1],
    ],
    '2153476',
  ],
  [
    'three fields',
    [
      ['owner.project', -1],
      ['tag', 1],
      ['id', -1],
    ],
    '5362471',
  ],
];

const INDEXES: readonly (readonly [string, readonly Index[]])[] = [
  ['without an index', []],
  ['with indexes', [['owner.project', 'name', 'id'], ['name', 'id'], ['tag'], ['id']]],
];

/**
 * The queries of the read-model port, for every adapter.
 *
 * @param model returns the open read model
 */
export function readModelQueries(model: () => ReadModel): void {
  describe.each(INDEXES)('asked for documents, %s', (_, indexes) => {
    let collection: Collection<Thing>;
    const found = async (find: { filter?: Filter; sort?: readonly Sort[]; skip?: number; limit?: number }) => {
      const { documents } = await model().find(collection, { filter: {}, sort: [['id', 1]], ...find });
      return documents.map(({ id }) => id).join('');
    };
    const total = async (filter: Filter, page: { skip?: number; limit?: number } = {}) =>
      (await model().find(collection, { filter, sort: [['id', 1]], ...page })).total;

    beforeAll(async () => {
      collection = { name: `things${randomUUID().replaceAll('-', '')}`, indexes };
      await model().prepare(collection);
      const gone = { id: '8', name: 'apple', owner: { project: 'p1' } };
      const writes = [...THINGS, gone].map((document) => ({ id: document.id, position: 1n, document, begins: true }));
      await model().apply({ collection, writes, after: NOTHING_PROJECTED, checkpoint: 1n });
      const removals = [gone.id, '9'].map((id) => ({ id, position: 2n, document: undefined }));
      await model().apply({ collection, writes: removals, after: 1n, checkpoint: 2n });
    });

    it.each(FILTERS)('finds and counts by %s', async (_name, filter, ids) => {
      expect(await found({ filter })).toBe(ids);
      expect(await total(filter)).toBe(ids.length);
      for (const skip of [0, 1, 9]) {
        for (const limit of [0, 1, 9]) expect(await total(filter, { skip, limit })).toBe(ids.length);
      }
    });

    it.each(ORDERS)('orders by %s', async (_name, sort, ids) => {
      expect(await found({ sort })).toBe(ids);
    });

    it('answers whole documents, as they were written', async () => {
      const { documents } = await model().find(collection, { filter: {}, sort: [['id', 1]] });
      expect(documents).toEqual(THINGS);
    });

    it('skips and limits after filter and order', async () => {
      const filter = { 'owner.project': 'p1' };
      const sort: readonly Sort[] = [
        ['name', 1],
        ['id', 1],
      ];
      expect(await found({ filter, sort })).toBe('12467');
      expect(await found({ filter, sort, limit: 2 })).toBe('12');
      expect(await found({ filter, sort, skip: 1, limit: 2 })).toBe('24');
      expect(await found({ filter, sort, skip: 4 })).toBe('7');
      expect(await found({ filter, sort, skip: 5, limit: 10 })).toBe('');
      expect(await found({ filter, sort, limit: 0 })).toBe('');
    });

    it.each([2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])(
      'finds nothing behind %d, and counts truly',
      async (skip) => {
        for (const filter of [{}, { 'owner.project': 'p1' }, { name: { $regex: 'a' } }]) {
          for (const limit of [1, 1_000, undefined]) {
            const sort: readonly Sort[] = [
              ['name', 1],
              ['id', 1],
            ];
            const there = await model().find(collection, { filter, sort });
            expect(await model().find(collection, { filter, sort, skip, ...(limit && { limit }) })).toEqual({
              documents: [],
              total: there.documents.length,
            });
          }
        }
      },
    );

    it.each([2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])('finds all within %d', async (limit) => {
      expect(await found({ limit })).toBe('1234567');
      expect(await found({ skip: 2, limit })).toBe('34567');
      expect(
        await found({
          filter: { 'owner.project': 'p1' },
          sort: [
            ['name', 1],
            ['id', 1],
          ],
          limit,
        }),
      ).toBe('12467');
    });

    it('finds among many', async () => {
      const many: Collection<Thing> = { name: `${collection.name}Many`, indexes };
      const ids = Array.from({ length: MANY }, (_, index) => `${index}`.padStart(4, '0'));
      const writes = ids.map((id) => {
        return { id, position: 1n, document: { id, name: `name ${id}`, owner: { project: 'p1' } }, begins: true };
      });
      await model().apply({ collection: many, writes, after: NOTHING_PROJECTED, checkpoint: 1n });
      const sevens = ids.filter((id) => id.endsWith('7'));
      const filter = { 'owner.project': 'p1', name: { $regex: '7$' } };
      for (const [direction, expected] of [[1, sevens] as const, [-1, sevens.toReversed()] as const]) {
        const sort: readonly Sort[] = [['name', direction]];
        const all = await model().find(many, { filter, sort });
        expect(all.documents.map(({ id }) => id)).toEqual(expected);
        const some = await model().find(many, { filter, sort, skip: 40, limit: 5 });
        expect([some.documents.map(({ id }) => id), some.total]).toEqual([expected.slice(40, 45), sevens.length]);
      }
    });

    it('answers nothing of a collection that nobody has made', async () => {
      const unknown: Collection<Thing> = { name: `${collection.name}None`, indexes };
      expect(await model().find(unknown, { filter: {}, sort: [] })).toEqual({ documents: [], total: 0 });
    });
  });
}
