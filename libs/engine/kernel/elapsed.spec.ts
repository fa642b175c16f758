import { elapsedMs } from './elapsed.js';

describe('the time that has passed', () => {
  const from = { steady: 100, wall: 1_000 };

  it('is that of both clocks where they agree', () => {
    expect(elapsedMs(from, { steady: 150, wall: 1_050 })).toBe(50);
  });

  it('counts the time in which the machine slept', () => {
    expect(elapsedMs(from, { steady: 101, wall: 61_000 })).toBe(60_000);
  });

  it('does not go back with a clock that is set back', () => {
    expect(elapsedMs(from, { steady: 107, wall: 10 })).toBe(7);
  });
});
