import type { Timers } from '#libs/registry/webhooks/delivery/engine/timers.js';

/** Timers whose time a test moves. */
export class ManualTimers implements Timers {
  #now: number;
  readonly #calls = new Set<{ readonly at: number; readonly callback: () => void }>();

  constructor(start = Date.parse('2026-01-01T00:00:00Z')) {
    this.#now = start;
  }

  readonly now = () => this.#now;

  readonly after = (milliseconds: number, callback: () => void) => {
    const call = { at: this.#now + milliseconds, callback };
    this.#calls.add(call);
    return () => void this.#calls.delete(call);
  };

  /** When the next call is due; undefined: none waits. */
  get next(): number | undefined {
    return this.#calls.size === 0 ? undefined : Math.min(...Array.from(this.#calls, ({ at }) => at));
  }

  /** Moves the time, and makes the calls that have become due in their order. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = [...this.#calls].filter(({ at }) => at <= this.#now).toSorted((a, b) => a.at - b.at);
    for (const call of due) {
      this.#calls.delete(call);
      call.callback();
    }
  }
}
