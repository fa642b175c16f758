import fc from 'fast-check';
import { FIRST_WAIT_MS, LONGEST_WAIT_MS, waitAfter } from './back-off.js';

const ALMOST_ONE = 1 - Number.EPSILON;

describe('back-off', () => {
  it('starts at the first wait and doubles with each failure', () => {
    expect(waitAfter(1, 0)).toBe(FIRST_WAIT_MS / 2);
    expect(waitAfter(2, 0)).toBe(FIRST_WAIT_MS);
    expect(waitAfter(1, ALMOST_ONE)).toBeCloseTo(FIRST_WAIT_MS);
  });

  it('stays between half of the longest wait and all of it after many failures', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 1e9 }),
        fc.double({ min: 0, max: ALMOST_ONE, noNaN: true }),
        (n, random) => {
          const wait = waitAfter(n, random);
          expect(wait).toBeGreaterThanOrEqual(LONGEST_WAIT_MS / 2);
          expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
        },
      ),
    );
  });
});
