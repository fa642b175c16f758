import { MIN_RECENT_IDS, RecentIds } from './recent-ids.js';

async function* pages(...ids: readonly string[]) {
  yield ids.map((id, position) => ({ id, position: BigInt(position) }));
}

describe('the ids of the newest events', () => {
  it('are not kept before the first lookup', async () => {
    const ids = new RecentIds();
    ids.add('a', 0n);
    expect([ids.filled, ids.positionOf('a')]).toEqual([false, undefined]);
    await ids.fill(pages('a', 'b'));
    expect([ids.filled, ids.positionOf('b')]).toEqual([true, 1n]);
    ids.clear();
    expect([ids.filled, ids.positionOf('b')]).toEqual([false, undefined]);
  });

  it('have the position of their first event', async () => {
    const ids = new RecentIds();
    await ids.fill(pages('a', 'b', 'a'));
    ids.add('b', 3n);
    expect([ids.positionOf('a'), ids.positionOf('b')]).toEqual([0n, 1n]);
  });

  it('are kept for at least the promised number of events, and dropped after twice as many', async () => {
    const ids = new RecentIds();
    await ids.fill(pages());
    for (let n = 0n; n < 5n * BigInt(MIN_RECENT_IDS); n += 1n) {
      ids.add(`${n}`, n);
      const promised = n - BigInt(MIN_RECENT_IDS) + 1n;
      if (n % 1_000n === 0n && promised >= 0n) expect(ids.positionOf(`${promised}`)).toBe(promised);
    }
    expect(ids.positionOf(`${2 * MIN_RECENT_IDS}`)).toBeUndefined();
  });
});
