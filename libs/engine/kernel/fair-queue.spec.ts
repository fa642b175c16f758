import fc from 'fast-check';
import { FairQueue } from './fair-queue.js';

function drained<T>(queue: FairQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

describe('a fair queue', () => {
  it('gives each owner its turn, and each owner’s items in their order', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) queue.push(item.charAt(0), item);
    expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('counts what waits, as a whole and of each owner', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'b1']) queue.push(item.charAt(0), item);
    queue.shift();
    expect([queue.size, queue.sizeOf('a'), queue.sizeOf('b'), queue.sizeOf('c')]).toEqual([2, 1, 1, 0]);
  });

  it('forgets what is taken out', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'b1']) queue.push(item.charAt(0), item);
    queue.remove('a', 'a1');
    queue.remove('b', 'b1');
    queue.remove('b', 'b1');
    expect(queue.size).toBe(1);
    expect(drained(queue)).toEqual(['a2']);
  });

  it('hands out everything once, and never lets an owner go first twice while another waits', () => {
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
