import fc from 'fast-check';
import { FilterCheckpoints, positionAfter } from './filter-checkpoints.js';
import type { WirePosition } from './read-request.js';

function catchUp(checkpoints: FilterCheckpoints, positions: readonly number[], matches: readonly number[] = []) {
  return positions.flatMap((position) => {
    const told = checkpoints.catchingUp(BigInt(position), matches.includes(position));
    return told === undefined ? [] : [[told.commit, told.prepare].map(Number)];
  });
}

describe('the checkpoints of a filtered subscription', () => {
  // Event positions, and the checkpoints that EventStoreDB 23.10.6 sent for them with a window of 4.
  it('are those of EventStoreDB: starts of windows while catching up, then every fourth event', () => {
    const checkpoints = new FilterCheckpoints({ window: 4, checkpointInterval: 4 });
    const windows = [0, 546, 731, 839, 947, 1055, 1163, 1371, 1497, 1635, 1743, 1864, 1978, 2080, 2188, 2296, 2404];
    expect(catchUp(checkpoints, windows)).toEqual([
      [0, 0],
      [947, 0],
      [1497, 0],
      [1978, 0],
    ]);
    checkpoints.caughtUp();
    const live = [2516, 2624, 2732, 2840, 2948, 3056, 3176, 3284, 3392];
    const told = live.map((position) => checkpoints.live(BigInt(position))?.commit);
    expect(told.filter((position) => position !== undefined)).toEqual([2732n, 3176n]);
  });

  it('are the last match of a window with matches', () => {
    const checkpoints = new FilterCheckpoints({ window: 3, checkpointInterval: 6 });
    expect(catchUp(checkpoints, [10, 11, 12, 13, 14, 15, 16], [10, 14])).toEqual([[14, 14]]);
  });

  it('never skip a matching event that was not delivered', () => {
    const arbitrary = [fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.array(fc.boolean())] as const;
    fc.assert(
      fc.property(...arbitrary, (window, multiplier, matches) => {
        const checkpoints = new FilterCheckpoints({ window, checkpointInterval: window * multiplier });
        let lastDelivered = -1;
        matches.forEach((matched, index) => {
          if (matched) lastDelivered = index;
          const told: WirePosition | undefined = checkpoints.catchingUp(BigInt(index), matched);
          if (told === undefined) return;
          const from = Number(positionAfter(told));
          expect(from).toBeLessThanOrEqual(index + 1);
          expect(matches.slice(from, index + 1)).not.toContain(true);
          expect(from === 1 || from > lastDelivered).toBe(true);
        });
      }),
    );
  });
});
