import { idGenerator } from './ids.js';

const T = Date.UTC(2026, 5, 1);

describe('ids', () => {
  it('are decimal strings of 19 digits', () => {
    expect(idGenerator(() => T, 0)()).toMatch(/^\d{19}$/);
    expect(idGenerator(() => Date.UTC(2084, 0, 1), 1023)()).toMatch(/^\d{19}$/);
  });

  it('ascend strictly within a node, as text and as numbers, at more than 4,096 in a millisecond', () => {
    const next = idGenerator(() => T, 7);
    const ids = Array.from({ length: 20_000 }, next);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });

  it('ascend when the clock steps back', () => {
    const times = [T, T + 5, T - 10_000, T + 1];
    const next = idGenerator(() => times.shift() ?? T, 0);
    const ids = [next(), next(), next(), next()];
    expect([...ids].sort()).toEqual(ids);
  });

  it('differ between nodes that draw at the same time', () => {
    const one = Array.from(
      { length: 100 },
      idGenerator(() => T, 1),
    );
    const other = Array.from(
      { length: 100 },
      idGenerator(() => T, 2),
    );
    expect(new Set([...one, ...other]).size).toBe(200);
  });

  it.each([-1, 1024, 1.5, Number.NaN])('do not take %p for a node', (node) => {
    expect(() => idGenerator(() => T, node)).toThrow(RangeError);
  });
});
