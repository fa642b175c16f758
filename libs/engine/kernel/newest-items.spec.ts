import { NewestItems } from './newest-items.js';

describe('the newest items', () => {
  it('keep their numbers when older ones are dropped', () => {
    const items = new NewestItems<string>();
    items.add('a', 'b', 'c');
    items.add('d');
    expect(items.drop()).toBe('a');
    expect(items.drop(2)).toBe('c');
    expect([items.begin, items.end, items.length, items.last]).toEqual([3, 4, 1, 'd']);
    expect([items.at(2), items.at(3), items.at(4)]).toEqual([undefined, 'd', undefined]);
    expect([items.has(2), items.has(3), items.has(4)]).toEqual([false, true, true]);
  });

  it('may all be dropped', () => {
    const items = new NewestItems<string>();
    expect(items.drop()).toBeUndefined();
    items.add('a');
    expect(items.drop(5)).toBe('a');
    expect([items.begin, items.end, items.length, items.last]).toEqual([1, 1, 0, undefined]);
  });
});
