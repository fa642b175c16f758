import type { FeedEvent, FeedStep } from './feed-event.js';
import type { Entry, EntrySource } from './live-entries.js';
import type { Selection } from './selection.js';

/** Events that a reader takes at once. */
const MAX_TAKEN = 100;

/** One reader of the live feed. It takes entries at its own pace and keeps none. */
export class LiveReader {
  #next: number;
  #position: bigint;
  #wake: (() => void) | undefined;

  /** @param start the number of the first entry to look at, and the position after which events are new */
  constructor(
    private readonly run: EntrySource,
    private readonly selection: Selection,
    start: { readonly next: number; readonly position: bigint },
    /** Ends the reading. */
    readonly leave: () => void,
  ) {
    this.#next = start.next;
    this.#position = start.position;
  }

  /** The reader was too slow: events that it has not taken are no longer kept. */
  get isLeftBehind(): boolean {
    return !this.run.entries.has(this.#next);
  }

  /** It has taken everything, up to here. */
  isAt(end: number): boolean {
    return this.#next === end;
  }

  wants(entry: Entry): boolean {
    return entry.position > this.#position && this.run.isFor(this.selection, entry);
  }

  /** Nothing that has just arrived is for the reader, which had taken everything before. */
  passOver(): void {
    this.#next = this.run.entries.end;
    if (this.run.position > this.#position) this.#position = this.run.position;
  }

  /** Takes what has arrived. @throws NewerEventError the next event cannot be read */
  take(): FeedStep {
    const events: FeedEvent[] = [];
    const { entries } = this.run;
    for (let entry = entries.at(this.#next); entry !== undefined; entry = entries.at(this.#next)) {
      if (this.wants(entry)) {
        if (entry.outcome instanceof Error) {
          if (events.length > 0) break; // those before it are delivered first
          throw entry.outcome;
        }
        if (events.length === MAX_TAKEN) break;
        if (entry.outcome !== undefined) events.push(entry.outcome);
      }
      this.#next += 1;
      if (entry.position > this.#position) this.#position = entry.position;
    }
    const isAtEnd = this.#next === entries.end;
    if (isAtEnd && this.run.position > this.#position) this.#position = this.run.position;
    return { events, position: this.#position, caughtUp: isAtEnd && this.run.caughtUp };
  }

  /**
   * Waits until an event may be for the reader, some time has passed, or the signal aborts.
   *
   * @throws Error the feed has ended, and everything that had arrived was taken
   */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#next < this.run.entries.end) return;
    if (this.run.failure !== undefined) throw this.run.failure;
    const onAbort = () => this.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    signal.removeEventListener('abort', onAbort);
  }

  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
