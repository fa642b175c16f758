import { progressLine } from './rebuild-progress.js';

describe('the progress line', () => {
  it('estimates the remaining events from those read so far', () => {
    const way = { from: -1n, to: 4_999n, now: 1_249n, events: 2_500, elapsedMs: 500 };
    expect(progressLine(way)).toBe('2,500 of about 10,000 events (25 %), 5,000 a second, 2 s left');
  });

  it.each([
    ['before it is known where the log ends', -1n],
    ['before the first batch', 4_999n],
  ])('says nothing of numbers %s', (_, to) => {
    const way = { from: -1n, to, now: -1n, events: 0, elapsedMs: 500 };
    expect(progressLine(way)).toBe('reading the first events');
  });

  it('says nothing of the time left when there were only foreign events', () => {
    const way = { from: -1n, to: 4_999n, now: 2_499n, events: 0, elapsedMs: 500 };
    expect(progressLine(way)).toBe('0 of about 0 events (50 %), 0 a second');
  });

  it('does not go beyond the end when events come in meanwhile', () => {
    const way = { from: 0n, to: 100n, now: 150n, events: 300, elapsedMs: 1_000 };
    expect(progressLine(way)).toBe('300 of about 300 events (100 %), 300 a second, 0 s left');
  });
});
