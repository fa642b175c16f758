/** EventStoreDB's extra statistics cover this many of the latest deliveries. */
const WINDOW = 1_000;

/** Keys as EventStoreDB names them, with the percentage. */
const PERCENTILES = [
  ['Quintile 1', 0],
  ['Quintile 2', 20],
  ['Quintile 3', 40],
  ['Quintile 4', 60],
  ['Quintile 5', 80],
  ['90%', 90],
  ['95%', 95],
  ['99%', 99],
  ['99.5%', 99.5],
  ['99.9%', 99.9],
] as const;

/** A measurement under EventStoreDB's key, in milliseconds. */
export interface LatencyMeasurement {
  readonly key: string;
  readonly value: number;
}

/** How long a subscriber held its latest messages: EventStoreDB's "extra statistics". */
export class LatencyStatistics {
  readonly #samples: number[] = [];
  #next = 0;

  /** @param ms time from the delivery of a message until it was no longer in flight */
  add(ms: number): void {
    this.#samples[this.#next] = Math.trunc(ms);
    this.#next = (this.#next + 1) % WINDOW;
  }

  /** Empty before the first message. */
  get measurements(): readonly LatencyMeasurement[] {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    const { length } = sorted;
    if (length === 0) return [];
    const at = (index: number) => sorted[Math.min(length - 1, Math.trunc(index))] ?? 0;
    const sum = sorted.reduce((total, ms) => total + ms, 0);
    return [
      { key: 'Mean', value: Math.trunc(sum / length) },
      { key: 'Median', value: at(length / 2) },
      { key: 'Fastest', value: at(0) },
      ...PERCENTILES.map(([key, percent]) => ({ key, value: at((percent * length) / 100) })),
      { key: 'Highest', value: at(length - 1) },
    ];
  }
}
