import { randomUUID } from 'node:crypto';
import { DocumentsLostError } from '#libs/engine/documents/port/read-model.errors.js';
import {
  type Collection,
  type Filter,
  NOTHING_PROJECTED,
  type ReadModel,
  type Scanned,
  type Write,
} from '#libs/engine/documents/port/read-model.js';

interface Doc {
  readonly text: string;
}

/** More than any adapter reads at once. */
const SCANNED_DOCUMENTS = 2_500;
const WRITERS = 8;

/**
 * How documents are written, scanned and dropped, for every adapter.
 *
 * @param model returns the open read model
 */
export function readModelKeeping(model: () => ReadModel): void {
  let collection: Collection<Doc>;
  beforeEach(() => {
    collection = { name: `kept${randomUUID().replaceAll('-', '')}`, indexes: [['text']] };
  });

  const write = (id: string, position: bigint, text: string, begins = false): Write<Doc> => ({
    id,
    position,
    document: { text },
    begins,
  });
  const apply = (after: bigint, checkpoint: bigint, ...writes: Write<Doc>[]) =>
    model().apply({ collection, writes, after, checkpoint });
  const text = async (id: string) => (await model().get(collection, id))?.text;
  const total = async (filter: Filter) => (await model().find(collection, { filter, sort: [] })).total;
  const scan = async () => {
    const scanned: Scanned<Doc>[] = [];
    for await (const document of model().scan(collection)) scanned.push(document);
    return scanned;
  };

  describe('scanned', () => {
    it('is every document, removed ones included, by the UTF-8 bytes of its id', async () => {
      const ids = ['\u{1f600}', 'b', 'Z', '\uff5e', 'ä', '10', '2', 'a'];
      const writes = ids.map((id) => write(id, 1n, `text of ${id}`));
      await apply(NOTHING_PROJECTED, 2n, ...writes, { id: 'gone', position: 2n, document: undefined });
      const inOrder = ['10', '2', 'Z', 'a', 'b', 'gone', 'ä', '\uff5e', '\u{1f600}'];
      const expected = inOrder.map((id) =>
        id === 'gone'
          ? { id, position: 2n, document: undefined }
          : { id, position: 1n, document: { text: `text of ${id}` } },
      );
      expect(await scan()).toEqual(expected);
    });

    it('is complete when it is large', async () => {
      const ids = Array.from({ length: SCANNED_DOCUMENTS }, (_, index) => `${index}`.padStart(5, '0'));
      await apply(NOTHING_PROJECTED, 1n, ...ids.toReversed().map((id) => write(id, 1n, id, true)));
      expect((await scan()).map(({ id }) => id)).toEqual(ids);
    });

    it('is nothing in a collection that nobody has made', async () => {
      expect(await scan()).toEqual([]);
    });
  });

  describe('a collection', () => {
    it('can be prepared again, with documents in it, and by several at once', async () => {
      await Promise.all(Array.from({ length: 3 }, () => model().prepare(collection)));
      expect(await model().checkpoint(collection)).toBe(NOTHING_PROJECTED);
      await apply(NOTHING_PROJECTED, 1n, write('1', 1n, 'a'));
      await model().prepare({ ...collection, indexes: [['text'], ['other', 'text']] });
      expect(await text('1')).toBe('a');
      expect(await total({ text: 'a' })).toBe(1);
      expect(await model().checkpoint(collection)).toBe(1n);
    });

    it('that is dropped has no document and no checkpoint, and can be begun again', async () => {
      await model().prepare(collection);
      await apply(NOTHING_PROJECTED, 5n, write('1', 5n, 'a'));
      await model().drop(collection);
      expect(await model().checkpoint(collection)).toBe(NOTHING_PROJECTED);
      expect(await model().viewTime(collection)).toBeUndefined();
      expect(await scan()).toEqual([]);
      expect(await total({ text: 'a' })).toBe(0);
      await apply(NOTHING_PROJECTED, 1n, write('1', 1n, 'again', true));
      expect(await text('1')).toBe('again');
      expect(await model().checkpoint(collection)).toBe(1n);
    });

    it('can be dropped when nobody has made it', async () => {
      await model().drop(collection);
      await model().drop(collection);
    });

    it('that was dropped under a writer is noticed, and its checkpoint does not move', async () => {
      await apply(NOTHING_PROJECTED, 5n, write('1', 5n, 'a'));
      await model().drop(collection);
      await expect(apply(5n, 6n, write('2', 6n, 'b', true))).rejects.toThrow(DocumentsLostError);
      await expect(apply(5n, 6n)).rejects.toThrow(DocumentsLostError);
      expect(await model().checkpoint(collection)).toBe(NOTHING_PROJECTED);
    });

    it('that is of another event log is noticed, and neither written nor moved', async () => {
      const of = (log: string | undefined, checkpoint: bigint, ...writes: Write<Doc>[]) =>
        model().apply({ collection, log, writes, after: NOTHING_PROJECTED, checkpoint });
      await of('one', 5n, write('1', 5n, 'a'));
      await expect(of('other', 6n, write('1', 6n, 'b'))).rejects.toThrow(DocumentsLostError);
      expect(await text('1')).toBe('a');
      expect(await model().checkpoint(collection)).toBe(5n);
      await of('one', 7n, write('1', 7n, 'c'));
      expect(await text('1')).toBe('c');
      await model().drop(collection);
      await of('other', 1n, write('1', 1n, 'd'));
      expect(await text('1')).toBe('d');
    });

    it('that somebody else begins again is noticed too, until it has come as far', async () => {
      await apply(NOTHING_PROJECTED, 5n, write('1', 5n, 'a'));
      await model().drop(collection);
      await apply(NOTHING_PROJECTED, 3n, write('1', 3n, 'b', true));
      await expect(apply(5n, 6n, write('1', 6n, 'c'))).rejects.toThrow(DocumentsLostError);
      expect(await model().checkpoint(collection)).toBe(3n);
      await apply(3n, 7n, write('1', 7n, 'd'));
      await apply(5n, 8n);
      expect(await model().checkpoint(collection)).toBe(8n);
    });
  });

  describe('a write that should begin a document', () => {
    it.each([
      ['older, it replaces it', 4n, 'new'],
      ['equal, it leaves it', 5n, 'old'],
      ['newer, it leaves it', 6n, 'old'],
    ])('finds one that is %s', async (_, stored, left) => {
      await apply(NOTHING_PROJECTED, 1n, write('1', stored, 'old', true));
      await apply(1n, 7n, write('0', 7n, 'beside', true), write('1', 5n, 'new', true), write('2', 7n, 'beside', true));
      expect(await text('1')).toBe(left);
      expect(await text('0')).toBe('beside');
      expect(await text('2')).toBe('beside');
    });

    it('finds one that was removed: older ones do not bring it back, newer ones do', async () => {
      await apply(NOTHING_PROJECTED, 5n, { id: '1', position: 5n, document: undefined, begins: true });
      await apply(5n, 6n, write('1', 4n, 'older', true));
      expect(await text('1')).toBeUndefined();
      await apply(6n, 7n, write('1', 7n, 'newer', true));
      expect(await text('1')).toBe('newer');
    });
  });

  describe('a record', () => {
    it('is what was written, with a version that ascends', async () => {
      const name = `record of ${randomUUID()}`;
      expect(await model().record(name)).toBeUndefined();
      const first = await model().putRecord(name, { old: { number: 1 }, list: [] }, undefined);
      expect(await model().record(name)).toEqual({ value: { old: { number: 1 }, list: [] }, version: first });
      const second = await model().putRecord(name, { new: { number: 1 }, list: [] }, first);
      expect(second).toBeGreaterThan(first ?? Number.NaN);
      expect(await model().record(name)).toEqual({ value: { new: { number: 1 }, list: [] }, version: second });
    });

    it('is not written by who knows another version of it', async () => {
      const name = `record of ${randomUUID()}`;
      expect(await model().putRecord(name, { by: 'late' }, 1)).toBeUndefined();
      const first = await model().putRecord(name, { by: 'first' }, undefined);
      expect(await model().putRecord(name, { by: 'late' }, undefined)).toBeUndefined();
      const second = await model().putRecord(name, { by: 'second' }, first);
      expect(await model().putRecord(name, { by: 'late' }, first)).toBeUndefined();
      expect(await model().record(name)).toEqual({ value: { by: 'second' }, version: second });
    });

    it('that several write at once is written by one', async () => {
      const name = `record of ${randomUUID()}`;
      let known: number | undefined;
      for (let round = 0; round < 3; round += 1) {
        const versions = await Promise.all(
          Array.from({ length: WRITERS }, (_, by) => model().putRecord(name, { by, round }, known)),
        );
        const winners = versions.flatMap((version, by) => (version === undefined ? [] : [{ version, by }]));
        expect(winners).toHaveLength(1);
        const [{ version, by } = { version: 0, by: 0 }] = winners;
        expect(await model().record(name)).toEqual({ value: { by, round }, version });
        known = version;
      }
    });
  });
}
