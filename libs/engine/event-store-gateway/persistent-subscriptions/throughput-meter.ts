/** Counts in total and since the previous measurement. */
export interface Throughput {
  readonly total: number;
  readonly sinceLast: number;
  readonly averagePerSecond: number;
}

/** Counts messages and measures the rate between two calls of {@link measure}. Times are in milliseconds since 1970. */
export class ThroughputMeter {
  #total = 0;
  #totalBefore = 0;

  /** @param measuredAt start of the first interval */
  constructor(private measuredAt: number) {}

  count(): void {
    this.#total += 1;
  }

  /** Ends the current interval and begins the next one. */
  measure(now: number): Throughput {
    const sinceLast = this.#total - this.#totalBefore;
    const seconds = Math.max(1, now - this.measuredAt) / 1000;
    this.#totalBefore = this.#total;
    this.measuredAt = now;
    return { total: this.#total, sinceLast, averagePerSecond: Math.trunc(sinceLast / seconds) };
  }
}
