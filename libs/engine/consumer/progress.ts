const REACHED = Promise.resolve(true);
const NOT_REACHED = Promise.resolve(false);
const NOW = Promise.resolve();

interface Waiter {
  readonly position: bigint;
  readonly release: (reached: boolean) => void;
}

/** How far a reader of events has come, for those who wait for it. */
export class Progress {
  #position: bigint;
  #ended = false;
  readonly #waiters = new Set<Waiter>();
  #wanted: (() => void) | undefined;

  constructor(position: bigint) {
    this.#position = position;
  }

  /** Everything up to and including this position is done. */
  get position(): bigint {
    return this.#position;
  }

  /** Whether somebody waits for more than has been reached. */
  get isWanted(): boolean {
    return this.#waiters.size > 0;
  }

  /** Takes note of the position, also of an older one after a fall back, and releases those who waited for it. */
  moveTo(position: bigint): void {
    this.#position = position;
    for (const waiter of this.#waiters) {
      if (waiter.position <= position) waiter.release(true);
    }
  }

  /** There will be no more progress: whoever waits need not wait any longer. */
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

  /** Resolves as soon as somebody waits for more than has been reached, at the latest when the time is over. */
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
