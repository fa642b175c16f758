import fc from 'fast-check';
import { FairQueue } from './fair-queue.js';

function drained<T>(queue: FairQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

describe('a fair queue', () => {
  it('serves the owners in turn, and the items of each owner in order', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) queue.push(item.charAt(0), item);
    expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('counts the waiting items, in total and for each owner', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'b1']) queue.push(item.charAt(0), item);
    queue.shift();
    expect([queue.size, queue.sizeOf('a'), queue.sizeOf('b'), queue.sizeOf('c')]).toEqual([2, 1, 1, 0]);
  });

  it('does not serve an item that was removed', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'b1']) queue.push(item.charAt(0), item);
    queue.remove('a', 'a1');
    queue.remove('b', 'b1');
    queue.remove('b', 'b1');
    expect(queue.size).toBe(1);
    expect(drained(queue)).toEqual(['a2']);
  });

  it('serves every item once, and no owner twice in a row while another one waits', () => {
    const owners = fc.array(fc.constantFrom('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(owners, (pushed) => {
        const queue = new FairQueue<{ owner: string; index: number }>();
        const items = pushed.map((owner, index) => ({ owner, index }));
        for (const item of items) queue.push(item.owner, item);
        const taken = drained(queue);
        expect(taken.toSorted((one, other) => one.index - other.index)).toEqual(items);
        for (const [place, { owner }] of taken.entries()) {
          const rest = taken.slice(place);
          if (new Set(rest.map((item) => item.owner)).size > 1) expect(rest[1]?.owner).not.toBe(owner);
        }
      }),
    );
  });
});
