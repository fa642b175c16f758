import type { StoredEvent } from './stored-event.js';

/** The size of the tail in memory; readers that are further behind read from the file. */
const MAX_TAIL_EVENTS = 4_096;
const MAX_TAIL_BYTES = 2 * 1_048_576;

/** The newest events, kept so that all live readers share one copy and one parse. Its positions have no gap. */
export class Tail {
  #events: StoredEvent[] = [];
  #bytes = 0;

  /** Adds the events that follow those already in the tail. */
  push(events: readonly StoredEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#bytes += event.size;
    }
    // Dropping half at once keeps the cost of dropping small.
    if (this.#events.length > MAX_TAIL_EVENTS || this.#bytes > MAX_TAIL_BYTES) {
      this.#events = this.#events.slice(this.#events.length >> 1);
      this.#bytes = this.#events.reduce((bytes, { size }) => bytes + size, 0);
    }
  }

  /** Up to `maxEvents` events from a position on; none when that position is not in the tail. */
  from(position: bigint, maxEvents: number): readonly StoredEvent[] {
    const first = this.#events[0];
    if (first === undefined || position < first.position) return [];
    const start = Number(position - first.position);
    return this.#events.slice(start, start + maxEvents);
  }
}
