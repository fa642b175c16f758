const REACHED = Promise.resolve(true);
const NOT_REACHED = Promise.resolve(false);
const NOW = Promise.resolve();

interface Waiter {
  readonly position: bigint;
  readonly release: (reached: boolean) => void;
}

/** The position that a reader of events has reached, for callers that wait for it. */
export class Progress {
  #position: bigint;
  #ended = false;
  readonly #waiters = new Set<Waiter>();
  #wanted: (() => void) | undefined;

  constructor(position: bigint) {
    this.#position = position;
  }

  /** Every event up to and including this position is done. */
  get position(): bigint {
    return this.#position;
  }

  /** Whether a caller waits for a later position. */
  get isWanted(): boolean {
    return this.#waiters.size > 0;
  }

  /** Sets the position, which may be an older one after a failure, and releases the callers that waited for it. */
  moveTo(position: bigint): void {
    this.#position = position;
    for (const waiter of this.#waiters) {
      if (waiter.position <= position) waiter.release(true);
    }
  }

  /** There will be no more progress: releases all callers. */
  end(): void {
    this.#ended = true;
    this.#wanted?.();
    for (const waiter of this.#waiters) waiter.release(false);
  }

  /** Progress goes on after {@link end}. */
  resume(): void {
    this.#ended = false;
  }

  /**
   * Resolves to true as soon as the position is reached; to false when the time is over first, or at once when there
   * will be no more progress. Costs next to nothing when the position has been reached already.
   */
  waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    if (position <= this.#position) return REACHED;
    if (this.#ended || timeoutMs <= 0) return NOT_REACHED;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        release: (reached) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(reached);
        },
      };
      const timer = setTimeout(() => waiter.release(false), timeoutMs);
      this.#waiters.add(waiter);
      this.#wanted?.();
    });
  }

  /** Resolves as soon as a caller waits for a later position, at the latest when the time is over. */
  whenWanted(timeoutMs: number): Promise<void> {
    if (this.isWanted) return NOW;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wanted?.(), timeoutMs);
      this.#wanted = () => {
        clearTimeout(timer);
        this.#wanted = undefined;
        resolve();
      };
    });
  }
}
