/** EventStoreDB tells of so many of the last deliveries. */
const WINDOW = 1_000;

/** In percent; a quintile's key comes with EventStoreDB's number. */
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

/** A figure under EventStoreDB's name for it, in milliseconds. */
export interface LatencyFigure {
  readonly key: string;
  readonly value: number;
}

/** How long a subscriber had the last messages that it was rid of: what EventStoreDB calls extra statistics. */
export class Latencies {
  readonly #last: number[] = [];
  #next = 0;

  /** @param ms from the delivery until the message was with the subscriber no more */
  add(ms: number): void {
    this.#last[this.#next] = Math.trunc(ms);
    this.#next = (this.#next + 1) % WINDOW;
  }

  /** None, until something has been measured. */
  get figures(): readonly LatencyFigure[] {
    const sorted = this.#last.toSorted((a, b) => a - b);
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
