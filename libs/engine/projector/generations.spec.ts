import type { Generations } from '#libs/engine/documents/port/generations.js';
import {
  droppable,
  dropped,
  KEEP_RETIRED_MS,
  lost,
  noGenerations,
  rebuilding,
  switched,
  wanting,
} from './generations.js';

const serving = (number: number, definition = 'a'): Generations => ({
  newest: number,
  serving: { number, definition },
  retired: [],
});

describe('generations', () => {
  it('begin with the first being built, and nothing that serves', () => {
    expect(wanting(noGenerations, { definition: 'a' }, 1)).toEqual({
      newest: 1,
      filling: { number: 1, definition: 'a' },
      retired: [],
    });
  });

  it('stay as they are when what is wanted serves, or is being built', () => {
    const built = serving(3);
    expect(wanting(built, { definition: 'a' }, 1)).toBe(built);
    const building = wanting(built, { definition: 'b' }, 1);
    expect(wanting(building, { definition: 'b' }, 2)).toBe(building);
  });

  it('are built beside the old one when the definition is another', () => {
    expect(wanting(serving(3), { definition: 'b' }, 1)).toEqual({
      ...serving(3),
      newest: 4,
      filling: { number: 4, definition: 'b' },
    });
  });

  it('are begun again when what is being built is not what is wanted any more', () => {
    const building = wanting(serving(3), { definition: 'b' }, 1);
    expect(wanting(building, { definition: 'c' }, 2)).toEqual({
      ...serving(3),
      newest: 5,
      filling: { number: 5, definition: 'c' },
      retired: [{ number: 4, since: 2 }],
    });
  });

  it('are built again when an operator wants it, whatever serves', () => {
    expect(rebuilding(serving(3), { definition: 'a' }, 1)).toEqual({
      ...serving(3),
      newest: 4,
      filling: { number: 4, definition: 'a' },
    });
  });

  it('switch by one step, after which the old one is kept for a while', () => {
    const after = switched(rebuilding(serving(3), { definition: 'b' }, 1), 7);
    expect(after).toEqual({ newest: 4, serving: { number: 4, definition: 'b' }, retired: [{ number: 3, since: 7 }] });
    expect(droppable(after, 7 + KEEP_RETIRED_MS - 1)).toEqual([]);
    expect(droppable(after, 7 + KEEP_RETIRED_MS)).toEqual([3]);
    expect(dropped(after, [3]).retired).toEqual([]);
  });

  it('do not switch when nothing is being built', () => {
    expect(() => switched(serving(3), 1)).toThrow('no generation is being built');
  });

  it('of which one is lost go on without it', () => {
    expect(lost(serving(3), 3, 1)).toEqual({ newest: 3, retired: [{ number: 3, since: 1 }] });
    const building = rebuilding(serving(3), { definition: 'a' }, 1);
    expect(lost(building, 3, 2)).toEqual({
      newest: 4,
      filling: { number: 4, definition: 'a' },
      retired: [{ number: 3, since: 2 }],
    });
    expect(lost(building, 4, 2)).toEqual({ ...serving(3), newest: 4, retired: [{ number: 4, since: 2 }] });
  });

  it('never give a number twice', () => {
    let record = noGenerations;
    const numbers = new Set<number>();
    for (let at = 0; at < 10; at += 1) {
      record = rebuilding(record, { definition: 'a' }, at);
      numbers.add(record.filling?.number ?? 0);
      if (at % 2 === 0) record = switched(record, at);
    }
    expect(numbers.size).toBe(10);
  });
});
