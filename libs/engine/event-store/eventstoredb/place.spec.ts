import { BEFORE_FIRST_POSITION } from '../port/event-store.js';
import { laterOf, placeAt, positionOf } from './place.js';

const at = (commit: bigint, prepare = commit) => ({ commit, prepare });

describe('a place in $all', () => {
  it('is the start for the position before the first event', () => {
    expect(placeAt(BEFORE_FIRST_POSITION)).toBe('start');
    expect(placeAt(0n)).toEqual(at(0n));
  });

  it('is later by commit position, then by prepare position', () => {
    expect(laterOf('start', at(0n))).toEqual(at(0n));
    expect(laterOf(at(5n), at(4n))).toEqual(at(5n));
    expect(laterOf(at(947n), at(947n, 0n))).toEqual(at(947n));
    expect(laterOf(at(947n, 0n), at(947n))).toEqual(at(947n));
  });

  it('at the start of a page does not include the event there', () => {
    expect(positionOf(at(947n), 3n)).toBe(947n);
    expect(positionOf(at(947n, 0n), 3n)).toBe(3n);
    expect(positionOf('start', BEFORE_FIRST_POSITION)).toBe(BEFORE_FIRST_POSITION);
  });
});
