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

  /** Takes note of an append. An older position changes nothing. */
  raise(position: bigint): void {
    if (position > this.#newest) this.#newest = position;
  }
}
