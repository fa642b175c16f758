import { Latencies } from './latencies.js';

function figuresOf(...measured: readonly number[]) {
  const latencies = new Latencies();
  for (const ms of measured) latencies.add(ms);
  return latencies.figures;
}

describe('latencies', () => {
  it('are none until something has been measured', () => {
    expect(figuresOf()).toEqual([]);
  });

  it('are told in whole milliseconds, under the names and in the order of EventStoreDB', () => {
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

  it('of one delivery are all that one', () => {
    expect(new Set(figuresOf(7).map(({ value }) => value))).toEqual(new Set([7]));
  });

  it('are of the last thousand deliveries', () => {
    const figures = figuresOf(50_000, ...Array<number>(1_000).fill(2));
    expect(figures.at(-1)).toEqual({ key: 'Highest', value: 2 });
  });
});
