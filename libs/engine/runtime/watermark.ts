/**
 * The newest position that this process has appended. Commands raise it and queries wait for it, so that a client who
 * writes through this process reads its own writes.
 */
export class Watermark {
  #newest = -1n;

  /** The newest position appended here; -1 before the first. */
  get newest(): bigint {
    return this.#newest;
  }

  /** Forgets the position, because the event store now holds another log, with other positions. */
  reset(): void {
    this.#newest = -1n;
  }

  /** Records the position of an append. An older position changes nothing. */
  raise(position: bigint): void {
    if (position > this.#newest) this.#newest = position;
  }
}
