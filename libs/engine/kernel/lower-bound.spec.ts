import fc from 'fast-check';
import { lowerBound } from './lower-bound.js';

describe('lowerBound', () => {
  it('finds the first item that is not before the wanted one', () => {
    const list = [1, 3, 3, 7];
    const at = (wanted: number) => lowerBound(list.length, (index) => (list[index] ?? 0) < wanted);
    expect([0, 1, 2, 3, 4, 7, 8].map(at)).toEqual([0, 0, 1, 1, 3, 3, 4]);
    expect(lowerBound(0, () => true)).toBe(0);
  });

  it('agrees with a search from the front', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(50), (numbers, wanted) => {
        const sorted = numbers.toSorted((one, other) => one - other);
        const found = sorted.findIndex((number) => number >= wanted);
        const expected = found === -1 ? sorted.length : found;
        expect(lowerBound(sorted.length, (index) => (sorted[index] ?? 0) < wanted)).toBe(expected);
      }),
    );
  });
});
