import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type LatestTimes, latestByKey, type NotedTime } from '#libs/engine/documents/port/latest-times.js';

/** More than any store takes in one command or transaction. */
const MANY = 1_100;

/** Stores that are opened for the contract. */
export interface OpenedTimes {
  readonly times: LatestTimes;
  /** A second process's view of the same data; the store itself, where only one process can open it. */
  readonly other: LatestTimes;
  /** Closes the store and opens the same data again. */
  readonly reopen: () => Promise<LatestTimes>;
  readonly dispose: () => Promise<void>;
}

/** What every store of latest times does. @param open opens one that has never been used */
export function latestTimesContract(name: string, open: () => Promise<OpenedTimes>): void {
  describe(`latest times: ${name}`, () => {
    let opened: OpenedTimes;
    let times: LatestTimes;
    let group: string;

    beforeAll(async () => {
      opened = await open();
      times = opened.times;
    });
    afterAll(() => opened.dispose());
    beforeEach(() => {
      group = randomUUID();
    });

    const note = (key: string, time: number, to = times) => to.note([{ group, key, time }]);

    it('has not begun before somebody says so, and keeps the first time that is said', async () => {
      expect(await times.begun()).toBeUndefined();
      await Promise.all([times.begin(5), opened.other.begin(5)]);
      await opened.other.begin(4);
      await times.begin(6);
      expect(await times.begun()).toBe(5);
      expect(await opened.other.begun()).toBe(5);
    });

    it('answers nothing of what was never noted', async () => {
      expect(await times.latestOf(group, ['a'])).toEqual(new Map());
      expect(await times.latestOf(group, [])).toEqual(new Map());
      expect(await times.latestOfGroups([group, randomUUID()])).toEqual(new Map());
    });

    it('keeps the latest time of each key and of each group, in whatever order they come', async () => {
      await note('a', 20);
      await note('a', 10);
      await note('b', 15);
      expect(await times.latestOf(group, ['a', 'b', 'c'])).toEqual(
        new Map([
          ['a', 20],
          ['b', 15],
        ]),
      );
      expect(await times.latestOfGroups([group])).toEqual(new Map([[group, 20]]));
    });

    it('keeps the latest of several times of one key in one call', async () => {
      const noted = [3, 9, 4].map((time) => ({ group, key: 'a', time }));
      await times.note(noted);
      expect(await times.latestOf(group, ['a'])).toEqual(new Map([['a', 9]]));
    });

    it('keeps groups with the same keys apart', async () => {
      const other = randomUUID();
      await times.note([
        { group, key: 'a', time: 1 },
        { group: other, key: 'a', time: 2 },
      ]);
      expect(await times.latestOf(group, ['a'])).toEqual(new Map([['a', 1]]));
      expect(await times.latestOfGroups([other, group])).toEqual(
        new Map([
          [group, 1],
          [other, 2],
        ]),
      );
    });

    it('keeps the latest time of two processes that note the same keys at once', async () => {
      const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`);
      const noted = (time: number) => keys.map((key) => ({ group, key, time }));
      await Promise.all([times.note(noted(1)), opened.other.note(noted(1))]);
      await opened.other.note(noted(7));
      await times.note(noted(6));
      expect(await times.latestOf(group, keys)).toEqual(new Map(keys.map((key) => [key, 7])));
      expect(await opened.other.latestOfGroups([group])).toEqual(new Map([[group, 7]]));
    });

    it('takes any text for a key', async () => {
      const keys = [
        '',
        '/',
        'a/b',
        '$max',
        'a.b',
        '\0',
        'é😀',
        '\ud800',
        'x'.repeat(200),
        'x'.repeat(201),
        'x'.repeat(9_000),
      ];
      await times.note(keys.map((key, index) => ({ group, key, time: index + 1 })));
      expect(await times.latestOf(group, keys)).toEqual(new Map(keys.map((key, index) => [key, index + 1])));
    });

    it('takes many at once', async () => {
      const noted = Array.from({ length: MANY }, (_, index) => ({
        group: `${group} ${index}`,
        key: 'a',
        time: index + 1,
      }));
      await times.note(noted);
      const latest = await times.latestOfGroups(noted.map((one) => one.group));
      expect(latest).toEqual(new Map(noted.map((one) => [one.group, one.time])));
    });

    it('keeps what any sequence of notes leaves', async () => {
      const one = fc.record({
        group: fc.constantFrom('1', '2').map((name) => `${group}-${name}`),
        key: fc.constantFrom('a', 'b', 'c'),
        time: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      });
      const noted: NotedTime[] = [];
      await fc.assert(
        fc.asyncProperty(fc.array(one, { maxLength: 6 }), async (some) => {
          await times.note(some);
          noted.push(...some);
          const latest = latestByKey(noted);
          const found = await times.latestOf(`${group}-1`, ['a', 'b', 'c']);
          for (const key of ['a', 'b', 'c']) expect(found.get(key)).toBe(latest.get(`${group}-1/${key}`));
        }),
        { numRuns: 20 },
      );
    });

    it('has everything when it is opened again', async () => {
      await note('a', 20);
      times = await opened.reopen();
      expect(await times.latestOf(group, ['a'])).toEqual(new Map([['a', 20]]));
      expect(await times.latestOfGroups([group])).toEqual(new Map([[group, 20]]));
      expect(await times.begun()).toBe(5);
    });
  });
}
