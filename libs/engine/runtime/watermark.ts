/**
 * The newest position that this process has appended. Commands raise it, queries wait for it: whoever writes through
 * this process reads what was written.
 */
export class Watermark {
  #newest = -1n;

  /** The newest position appended here; -1 before the first. */
  get newest(): bigint {
    return this.#newest;
  }

  /** Begins anew: another log is there, whose positions are others. */
  reset(): void {
    this.#newest = -1n;
  }

  /** Takes note of an append. An older position changes nothing. */
  raise(position: bigint): void {
    if (position > this.#newest) this.#newest = position;
  }
}
