import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type LastingEntries, MAX_KEY_BYTES } from '#libs/engine/documents/port/lasting-entries.js';

/** More than any store takes in one command. */
const MANY = 70;

/** Stores that are opened for the contract. */
export interface OpenedEntries {
  readonly entries: LastingEntries;
  /** A second process's view of the same data; the store itself, where only one process can open it. */
  readonly other: LastingEntries;
  /** Closes the store and opens the same data again. */
  readonly reopen: () => Promise<LastingEntries>;
  readonly dispose: () => Promise<void>;
}

/** What every store of lasting entries does. */
export function lastingEntriesContract(name: string, open: () => Promise<OpenedEntries>): void {
  describe(`lasting entries: ${name}`, () => {
    let opened: OpenedEntries;
    let entries: LastingEntries;
    let prefix: string;

    beforeAll(async () => {
      opened = await open();
      entries = opened.entries;
    });
    afterAll(() => opened.dispose());
    beforeEach(() => {
      prefix = `${randomUUID()}/`;
    });

    const keys = async (from: string, options = {}) => (await entries.list(from, options)).map(({ key }) => key);

    it('answers nothing where nothing was written', async () => {
      expect(await entries.get(`${prefix}a`)).toBeUndefined();
      expect(await entries.list(prefix)).toEqual([]);
      await entries.write([]);
      await entries.write([{ key: `${prefix}a`, value: undefined }]);
      expect(await entries.list(prefix)).toEqual([]);
    });

    it('replaces and removes values as a whole', async () => {
      const key = `${prefix}a`;
      await entries.write([{ key, value: { one: 1, two: { three: [3] } } }]);
      await entries.write([{ key, value: { four: 'ü😀\0', $set: null } }]);
      expect(await entries.get(key)).toEqual({ four: 'ü😀\0', $set: null });
      expect(await opened.other.get(key)).toEqual({ four: 'ü😀\0', $set: null });
      await entries.write([{ key, value: undefined }]);
      expect(await entries.get(key)).toBeUndefined();
    });

    it('makes the changes of a call in their order', async () => {
      const key = `${prefix}a`;
      const values = [{ n: 1 }, undefined, { n: 2 }];
      await entries.write(values.map((value) => ({ key, value })));
      expect(await entries.get(key)).toEqual({ n: 2 });
    });

    it('lists the keys of a prefix in order, from a place and up to a limit', async () => {
      const parts = ['b', 'a/2', 'a/10', 'a', 'B', 'a~', 'a b'];
      await entries.write(parts.map((part) => ({ key: prefix + part, value: { part } })));
      const sorted = parts.toSorted().map((part) => prefix + part);
      expect(await keys(prefix)).toEqual(sorted);
      expect(await keys(`${prefix}a/`)).toEqual([`${prefix}a/10`, `${prefix}a/2`]);
      expect(await keys(prefix, { after: sorted[2], limit: 2 })).toEqual(sorted.slice(3, 5));
      expect(await keys(`${prefix}c`)).toEqual([]);
    });

    it('takes many changes at once', async () => {
      const all = Array.from({ length: MANY }, (_, index) => `${prefix}${String(index).padStart(4, '0')}`);
      await entries.write(all.map((key) => ({ key, value: { key } })));
      expect(await keys(prefix)).toEqual(all);
      await entries.write(all.slice(1).map((key) => ({ key, value: undefined })));
      expect(await keys(prefix)).toEqual(all.slice(0, 1));
    });

    it('takes keys up to its limit, and refuses others before it changes anything', async () => {
      const longest = prefix.padEnd(MAX_KEY_BYTES, 'x');
      await entries.write([{ key: longest, value: { x: 1 } }]);
      expect(await entries.get(longest)).toEqual({ x: 1 });
      for (const key of ['', `${longest}x`, 'ü', 'a\0']) {
        const writes = [`${prefix}a`, key].map((each) => ({ key: each, value: {} }));
        await expect(entries.write(writes)).rejects.toThrow(RangeError);
      }
      expect(await entries.get(`${prefix}a`)).toBeUndefined();
    });

    it('keeps what any sequence of changes leaves', async () => {
      const change = fc.record({
        key: fc.constantFrom('a', 'b', 'c').map((key) => key),
        value: fc.option(fc.record({ n: fc.integer() }), { nil: undefined }),
      });
      const wanted = new Map<string, object>();
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 6 }), async (changes) => {
          await entries.write(changes.map(({ key, value }) => ({ key: prefix + key, value })));
          for (const { key, value } of changes) {
            if (value === undefined) wanted.delete(prefix + key);
            else wanted.set(prefix + key, value);
          }
          const found = await entries.list(prefix);
          expect(new Map(found.map(({ key, value }) => [key, value]))).toEqual(wanted);
        }),
        { numRuns: 20 },
      );
    });

    it('has everything when it is opened again', async () => {
      await entries.write([{ key: `${prefix}a`, value: { a: 1 } }]);
      entries = await opened.reopen();
      expect(await entries.get(`${prefix}a`)).toEqual({ a: 1 });
    });
  });
}
