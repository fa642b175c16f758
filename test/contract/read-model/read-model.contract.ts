import { randomUUID } from 'node:crypto';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import {
  type Collection,
  NOTHING_PROJECTED,
  type ReadModel,
  type Write,
} from '#libs/engine/documents/port/read-model.js';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import { checkpointStoreContract } from '../records/checkpoint-store.contract.js';
import { readModelModel } from './read-model.model.js';
import { readModelKeeping } from './read-model-keeping.contract.js';
import { readModelQueries } from './read-model-queries.contract.js';

/** A document as projections write it: plain JSON. */
interface Doc {
  readonly id: string;
  readonly name: string;
  readonly count?: number;
  readonly nested?: { readonly list: readonly (string | boolean | null)[] };
}

/** More than databases take in one command without special care. */
const LARGE_BATCH_WRITES = 5_000;

/**
 * The contract of the read-model port, for every adapter.
 *
 * @param name name of the adapter, for the test names
 * @param open opens the read model; `reopen` closes it and opens the same data again; `dispose` removes everything
 */
export function readModelContract(
  name: string,
  open: () => Promise<{
    readonly readModel: ReadModel;
    readonly reopen: () => Promise<ReadModel>;
    readonly dispose: () => Promise<void>;
  }>,
): void {
  describe(`read model: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let readModel: ReadModel;
    let collection: Collection<Doc>;

    beforeAll(async () => {
      opened = await open();
      readModel = opened.readModel;
    });

    afterAll(() => opened.dispose());

    beforeEach(() => {
      const unique = randomUUID().replaceAll('-', '');
      collection = { name: `documents${unique}` };
    });

    const doc = (id: string, text: string): Doc => ({ id, name: text });
    const write = (id: string, position: bigint, text: string): Write<Doc> => ({
      id,
      position,
      document: doc(id, text),
    });
    const removal = (id: string, position: bigint): Write<Doc> => ({ id, position, document: undefined });
    const apply = (checkpoint: bigint, ...writes: Write<Doc>[]) =>
      readModel.apply({ collection, writes, after: NOTHING_PROJECTED, checkpoint });
    const get = (id: string) => readModel.get(collection, id);

    it('has no document and no checkpoint before anything is written', async () => {
      expect(await get('1')).toBeUndefined();
      expect(await readModel.getMany(collection, ['1', '2'])).toEqual(new Map());
      expect(await readModel.checkpoint(collection)).toBe(NOTHING_PROJECTED);
    });

    it('answers a document as it was written, as soon as the write has been answered', async () => {
      const document: Doc = { id: '1', name: 'a', count: 2 ** 40, nested: { list: ['x', true, null] } };
      await apply(0n, { id: '1', position: 0n, document });
      expect(await get('1')).toEqual(document);
    });

    it('keeps positions beyond what a double holds', async () => {
      const position = 2n ** 62n + 1n;
      await apply(position, write('1', position, 'a'));
      expect((await readModel.getMany(collection, ['1'])).get('1')?.position).toBe(position);
      expect(await readModel.checkpoint(collection)).toBe(position);
      await apply(position, write('1', position - 1n, 'older by one'));
      expect(await get('1')).toEqual(doc('1', 'a'));
    });

    it('replaces a document by a newer one, entirely', async () => {
      await apply(1n, { id: '1', position: 1n, document: { id: '1', name: 'a', count: 1 } });
      await apply(2n, write('1', 2n, 'b'));
      expect(await get('1')).toEqual({ id: '1', name: 'b' });
    });

    it('leaves a document as it is when an older or equal position arrives', async () => {
      await apply(5n, write('1', 5n, 'five'));
      await apply(6n, write('1', 4n, 'four'), write('1', 5n, 'five again'));
      expect(await get('1')).toEqual(doc('1', 'five'));
    });

    it('applies the rest of a batch of which some is old', async () => {
      await apply(5n, write('1', 5n, 'five'));
      await apply(7n, write('1', 3n, 'three'), write('2', 6n, 'six'), write('3', 7n, 'seven'));
      expect(await get('1')).toEqual(doc('1', 'five'));
      expect(await get('2')).toEqual(doc('2', 'six'));
      expect(await get('3')).toEqual(doc('3', 'seven'));
    });

    it('does not change when a batch is repeated', async () => {
      const batch = [write('1', 1n, 'a'), removal('2', 2n), write('3', 3n, 'c')];
      await apply(3n, ...batch);
      const once = await readModel.getMany(collection, ['1', '2', '3']);
      await apply(3n, ...batch);
      expect(await readModel.getMany(collection, ['1', '2', '3'])).toEqual(once);
      expect(await readModel.checkpoint(collection)).toBe(3n);
    });

    it('keeps a removed document removed against older events', async () => {
      await apply(1n, write('1', 1n, 'a'));
      await apply(3n, removal('1', 3n));
      await apply(3n, write('1', 2n, 'b'));
      expect(await get('1')).toBeUndefined();
      expect((await readModel.getMany(collection, ['1'])).get('1')).toEqual({ position: 3n, document: undefined });
    });

    it('keeps a document removed that was never seen before', async () => {
      await apply(3n, removal('1', 3n));
      await apply(3n, write('1', 2n, 'b'));
      expect(await get('1')).toBeUndefined();
    });

    it('brings a removed document back with a newer event', async () => {
      await apply(3n, removal('1', 3n));
      await apply(4n, write('1', 4n, 'back'));
      expect(await get('1')).toEqual(doc('1', 'back'));
    });

    it('answers many documents at once, removed ones included, unknown ones left out', async () => {
      await apply(3n, write('1', 1n, 'a'), removal('2', 2n), write('3', 3n, 'c'));
      expect(await readModel.getMany(collection, ['3', 'unknown', '2', '1', '1'])).toEqual(
        new Map([
          ['1', { position: 1n, document: doc('1', 'a') }],
          ['2', { position: 2n, document: undefined }],
          ['3', { position: 3n, document: doc('3', 'c') }],
        ]),
      );
      expect(await readModel.getMany(collection, [])).toEqual(new Map());
    });

    it('moves the checkpoint without documents, and never back', async () => {
      await apply(7n);
      expect(await readModel.checkpoint(collection)).toBe(7n);
      await apply(5n, write('1', 5n, 'a'));
      expect(await readModel.checkpoint(collection)).toBe(7n);
      expect(await get('1')).toEqual(doc('1', 'a'));
    });

    it('knows when the newest event was recorded that its documents hold', async () => {
      expect(await readModel.viewTime(collection)).toBeUndefined();
      const at = (checkpoint: bigint, recordedAt?: number) =>
        readModel.apply({ collection, writes: [], after: NOTHING_PROJECTED, checkpoint, recordedAt });
      await at(1n, 1_712_723_476_326);
      expect(await readModel.viewTime(collection)).toBe(1_712_723_476_326);
      await at(2n);
      await at(1n, 1_712_723_476_327);
      expect(await readModel.viewTime(collection)).toBe(1_712_723_476_326);
    });

    it('knows the newest event up to its checkpoint', async () => {
      expect(await readModel.lastEvent(collection)).toBeUndefined();
      const at = (checkpoint: bigint, lastEvent?: EventMark) =>
        readModel.apply({ collection, writes: [], after: NOTHING_PROJECTED, checkpoint, lastEvent });
      const mark = { id: 'event-1', stream: 'application-1', revision: 0n, position: 1n };
      await at(2n, mark);
      expect(await readModel.lastEvent(collection)).toEqual(mark);
      await at(3n);
      await at(1n, { ...mark, id: 'event-0' });
      expect(await readModel.lastEvent(collection)).toEqual(mark);
      const far = { id: 'event-2', stream: 'application-1', revision: 2n ** 40n, position: 2n ** 62n };
      await at(2n ** 62n, far);
      expect(await readModel.lastEvent(collection)).toEqual(far);
    });

    it('keeps collections and their checkpoints apart', async () => {
      const other: Collection<Doc> = { name: `${collection.name}Other` };
      await apply(1n, write('1', 1n, 'a'));
      await readModel.apply({
        collection: other,
        writes: [write('1', 9n, 'z')],
        after: NOTHING_PROJECTED,
        checkpoint: 9n,
      });
      expect(await get('1')).toEqual(doc('1', 'a'));
      expect(await readModel.get(other, '1')).toEqual(doc('1', 'z'));
      expect(await readModel.checkpoint(collection)).toBe(1n);
      expect(await readModel.checkpoint(other)).toBe(9n);
    });

    it('takes a large batch', async () => {
      const ids = Array.from({ length: LARGE_BATCH_WRITES }, (_, index) => `id-${index}`);
      await apply(BigInt(LARGE_BATCH_WRITES), ...ids.map((id, index) => write(id, BigInt(index), `name ${index}`)));
      const found = await readModel.getMany(collection, ids);
      expect(found.size).toBe(LARGE_BATCH_WRITES);
      for (const [index, id] of ids.entries()) {
        expect(found.get(id)).toEqual({ position: BigInt(index), document: doc(id, `name ${index}`) });
      }
    });

    it('ends at the newest position of each document when batches are applied at once', async () => {
      const positions = [4, 1, 9, 2, 7, 3, 8, 0, 6, 5].map(BigInt);
      await Promise.all(
        positions.map((position) =>
          apply(position, write('1', position, `one at ${position}`), write(`own-${position}`, position, 'own')),
        ),
      );
      expect(await get('1')).toEqual(doc('1', 'one at 9'));
      expect(await readModel.checkpoint(collection)).toBe(9n);
      for (const position of positions) expect(await get(`own-${position}`)).toEqual(doc(`own-${position}`, 'own'));
    });

    it('keeps Unicode in ids and in documents', async () => {
      const ids = ['ä', 'a\u0308', '😀', 'سلام', 'with space / slash', '0', '00'];
      await apply(10n, ...ids.map((id, index) => write(id, BigInt(index), `name of ${id}`)));
      for (const id of ids) expect(await get(id)).toEqual(doc(id, `name of ${id}`));
    });

    it('keeps a document with strings of 100,000 characters', async () => {
      const long = 'ä😀'.repeat(33_334);
      await apply(1n, write('1', 1n, long));
      expect(await get('1')).toEqual(doc('1', long));
    });

    it('answers no document for ids that no document can have', async () => {
      await apply(1n, write('a', 1n, 'a'));
      for (const id of ['', '1'.repeat(10_000), 'a\0', 'a\0b', '\ud800', '$where', '__proto__']) {
        expect(await get(id)).toBeUndefined();
        expect(await readModel.getMany(collection, [id])).toEqual(new Map());
      }
    });

    it('is healthy', async () => {
      expect(await readModel.health()).toEqual({ readable: true, writable: true });
    });

    readModelQueries(() => readModel);
    readModelKeeping(() => readModel);
    describe('as the place of checkpoints', () => checkpointStoreContract(() => readModel));
    readModelModel(() => readModel);

    it('has everything again after it has been closed and opened', async () => {
      await apply(3n, write('1', 1n, 'a'), removal('2', 3n));
      const closed = readModel;
      readModel = await opened.reopen();
      expect(await get('1')).toEqual(doc('1', 'a'));
      expect((await readModel.getMany(collection, ['2'])).get('2')).toEqual({ position: 3n, document: undefined });
      expect(await readModel.checkpoint(collection)).toBe(3n);
      await apply(3n, write('2', 2n, 'older'));
      expect(await get('2')).toBeUndefined();

      await expect(closed.get(collection, '1')).rejects.toThrow(ReadModelUnavailableError);
      await expect(closed.getMany(collection, ['1'])).rejects.toThrow(ReadModelUnavailableError);
      await expect(closed.checkpoint(collection)).rejects.toThrow(ReadModelUnavailableError);
      await expect(closed.apply({ collection, writes: [], after: NOTHING_PROJECTED, checkpoint: 9n })).rejects.toThrow(
        ReadModelUnavailableError,
      );
      expect(await closed.health()).toMatchObject({ readable: false, writable: false });
      await closed.close();
    });

    it('finishes what is under way when it is closed', async () => {
      const writing = apply(1n, write('1', 1n, 'a'));
      readModel = (await Promise.all([opened.reopen(), writing]))[0];
      expect(await get('1')).toEqual(doc('1', 'a'));
      expect(await readModel.checkpoint(collection)).toBe(1n);
    });
  });
}
