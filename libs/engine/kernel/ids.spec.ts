import fc from 'fast-check';
import { FIRST_ID_MS, idGenerator, LAST_ID_MS, MAX_NODE } from './ids.js';

const T = Date.UTC(2026, 5, 1);
const EIGHTEEN_DIGITS = /^\d{18}$/;

/** Reads the first time again and again. */
const standing = (time: number) => () => time;

const node = fc.integer({ min: 0, max: MAX_NODE });

describe('ids', () => {
  it('have 18 digits from 2024 until 2050, on every node', () => {
    const time = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2050, 0, 1) });
    fc.assert(
      fc.property(time, node, (now, ofNode) => {
        expect(idGenerator(standing(now), ofNode)()).toMatch(EIGHTEEN_DIGITS);
      }),
    );
  });

  it.each([
    ['first', FIRST_ID_MS],
    ['last', LAST_ID_MS],
  ])('have 18 digits in the %s millisecond that has ids, up to the last of the highest node', (_, now) => {
    for (const ofNode of [0, MAX_NODE]) {
      const ids = Array.from({ length: 1024 }, idGenerator(standing(now), ofNode));
      for (const id of ids) expect(id).toMatch(EIGHTEEN_DIGITS);
    }
  });

  it('sort by time across nodes', () => {
    const time = fc.integer({ min: FIRST_ID_MS, max: LAST_ID_MS });
    fc.assert(
      fc.property(time, time, node, node, (one, other, nodeOfOne, nodeOfOther) => {
        fc.pre(one < other);
        const earlier = Array.from({ length: 1024 }, idGenerator(standing(one), nodeOfOne)).at(-1) ?? '';
        expect(earlier < idGenerator(standing(other), nodeOfOther)()).toBe(true);
      }),
    );
  });

  it('ascend strictly within a node, as text and as numbers, at more than 1,024 in a millisecond', () => {
    const next = idGenerator(standing(T), 7);
    const ids = Array.from({ length: 20_000 }, next);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))).toEqual(ids);
  });

  it('ascend strictly when the clock jumps, even back before the first time that has ids', () => {
    const times = fc.array(fc.integer({ min: -T, max: LAST_ID_MS - 1_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(times, (steps) => {
        const readings = [T, ...steps];
        const next = idGenerator(() => readings.shift() ?? T, 0);
        const ids = Array.from({ length: steps.length + 1 }, next);
        expect(new Set(ids).size).toBe(ids.length);
        expect([...ids].sort()).toEqual(ids);
      }),
    );
  });

  it('differ between nodes that generate them at the same time, also in bursts', () => {
    const one = Array.from({ length: 3_000 }, idGenerator(standing(T), 1));
    const other = Array.from({ length: 3_000 }, idGenerator(standing(T), 2));
    expect(new Set([...one, ...other]).size).toBe(6_000);
  });

  it.each([-1, 1024, 1.5, Number.NaN])('are not generated for the node %p', (ofNode) => {
    expect(() => idGenerator(standing(T), ofNode)).toThrow(RangeError);
  });

  it.each([
    ['1969-12-31T23:59:59.999Z', -1],
    ['1970-01-01T00:00:00.000Z', 0],
    ['2023-01-08', FIRST_ID_MS - 1],
    ['2050-03-21', LAST_ID_MS + 1],
    ['NaN', Number.NaN],
  ])('are not generated while the clock says %s', (said, now) => {
    expect(() => idGenerator(standing(now), 0)).toThrow(`the clock of this machine says ${said}`);
  });

  it('are not generated after the last time that has ids', () => {
    const next = idGenerator(standing(LAST_ID_MS), 0);
    for (let drawn = 0; drawn < 1024; drawn += 1) next();
    expect(next).toThrow(/the clock of this machine says 2050-03-21/);
  });

  it('have a new node number from the next millisecond on', () => {
    let now = T;
    let node = 1;
    const next = idGenerator(
      () => now,
      () => node,
    );
    const nodeOf = (id: string) => (BigInt(id) >> 10n) & 1_023n;
    expect(nodeOf(next())).toBe(1n);
    node = 2;
    now += 1;
    expect(nodeOf(next())).toBe(2n);
  });
});
