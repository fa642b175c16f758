import { setTimeout as delay } from 'node:timers/promises';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import type { FeedEvent, FeedStep } from '#libs/registry/feed/index.js';
import type { LineParts, LineStart } from './line-parts.js';

/** What takes the events that a reader brings. */
export interface EventTaker {
  /** There is no room for another event now. */
  isFull(): boolean;
  take(event: FeedEvent): void;
  /** Every event up to a position has been brought. */
  passed(position: bigint): void;
}

/** Brings the selected events of the log after a position, one after the other, as long as there is room for them. */
export class LineReader {
  readonly #stopping = new AbortController();
  #position: bigint;
  #isAtEnd = false;
  #wake: (() => void) | undefined;
  #reading: Promise<void> | undefined;

  constructor(
    private readonly parts: Pick<LineParts, 'feed' | 'selection' | 'log' | 'name'>,
    private readonly start: Omit<LineStart, 'waiting'>,
    private readonly taker: EventTaker,
  ) {
    this.#position = start.after;
  }

  /** Every event up to here has been brought. */
  get position(): bigint {
    return this.#position;
  }

  /** The line has an end, and everything up to it has been brought. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  begin(): void {
    this.#reading = this.#read(this.#stopping.signal);
  }

  /** There may be room again. */
  wake(): void {
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#reading;
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { feed, selection, log, name } = this.parts;
    for (let failures = 0; !signal.aborted && !this.#isAtEnd; ) {
      try {
        const from = { after: this.#position, log: this.start.log };
        for await (const step of feed.follow(selection, from, signal)) {
          failures = 0;
          await this.#bring(step, signal);
          if (signal.aborted || this.#isAtEnd) break;
        }
      } catch (error) {
        failures += 1;
        if (failures === 1)
          log.warn({ err: error, webhook: name }, 'events for a webhook cannot be read; trying again');
        await delay(waitAfter(failures), undefined, { signal }).catch(() => undefined); // stopping
      }
    }
  }

  async #bring({ events, position }: FeedStep, signal: AbortSignal): Promise<void> {
    const { until } = this.start;
    for (const event of events) {
      if (until !== undefined && event.position > until) break;
      while (!signal.aborted && this.taker.isFull()) await new Promise<void>((resolve) => (this.#wake = resolve));
      if (signal.aborted) return;
      this.#position = event.position;
      this.taker.take(event);
    }
    this.#position = position;
    this.taker.passed(position);
    if (until !== undefined && position >= until) this.#isAtEnd = true;
  }
}
