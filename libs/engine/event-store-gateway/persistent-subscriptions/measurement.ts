/** What has been counted until now, and since the last time that somebody asked. */
export interface Measured {
  readonly total: number;
  readonly sinceLast: number;
  readonly averagePerSecond: number;
}

/** Counts, and measures from one question to the next. Times are in milliseconds since 1970. */
export class Measurement {
  #total = 0;
  #totalBefore = 0;

  /** @param askedAt when the measuring begins */
  constructor(private askedAt: number) {}

  count(): void {
    this.#total += 1;
  }

  /** Ends one measurement and begins the next. */
  measure(now: number): Measured {
    const sinceLast = this.#total - this.#totalBefore;
    const seconds = Math.max(1, now - this.askedAt) / 1000;
    this.#totalBefore = this.#total;
    this.askedAt = now;
    return { total: this.#total, sinceLast, averagePerSecond: Math.trunc(sinceLast / seconds) };
  }
}
