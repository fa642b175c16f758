import { LatencyStatistics } from './latency-statistics.js';

function figuresOf(...measured: readonly number[]) {
  const latencies = new LatencyStatistics();
  for (const ms of measured) latencies.add(ms);
  return latencies.measurements;
}

describe('latency statistics', () => {
  it('are empty before the first measurement', () => {
    expect(figuresOf()).toEqual([]);
  });

  it('are whole milliseconds, with the keys and the order of EventStoreDB', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100.9 - index);
    expect(figuresOf(...hundred).map(({ key, value }) => `${key}: ${value}`)).toEqual([
      'Mean: 50',
      'Median: 51',
      'Fastest: 1',
      'Quintile 1: 1',
      'Quintile 2: 21',
      'Quintile 3: 41',
      'Quintile 4: 61',
      'Quintile 5: 81',
      '90%: 91',
      '95%: 96',
      '99%: 100',
      '99.5%: 100',
      '99.9%: 100',
      'Highest: 100',
    ]);
  });

  it('of one delivery all equal its latency', () => {
    expect(new Set(figuresOf(7).map(({ value }) => value))).toEqual(new Set([7]));
  });

  it('cover the last thousand deliveries', () => {
    const figures = figuresOf(50_000, ...Array<number>(1_000).fill(2));
    expect(figures.at(-1)).toEqual({ key: 'Highest', value: 2 });
  });
});
