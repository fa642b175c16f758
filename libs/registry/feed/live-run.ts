import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { RecordedEvent, SubscriptionBatch } from '#libs/engine/event-store/port/event-store.js';
import { NewestItems } from '#libs/engine/kernel/newest-items.js';
import { cacheJson } from '#libs/engine/rpc/json/cached-json.js';
import type { FeedEvent } from './feed-event.js';
import type { Entry, EntrySource } from './live-entries.js';
import { LiveReader } from './live-reader.js';
import type { Selection } from './selection.js';
import { selects } from './selection.js';

/** What a run of the live feed is made of. */
export interface RunParts {
  batches(signal: AbortSignal): AsyncIterable<SubscriptionBatch>;
  decode(recorded: RecordedEvent): FeedEvent | undefined;
  mayBeSelected(selection: Selection, type: string): boolean;
  /** Is called before each batch. Throws when the feed must end. */
  check(): Promise<void>;
  /** Is called when the run has ended, for whatever reason. */
  ended(): void;
}

/** Entries that are kept for slow readers, and for those that are about to join: about 4 MB. */
const KEPT_ENTRIES = 4_096;

/** So often readers are told of the position even when no event is for them. */
const TICK_MS = 10_000;

/** One subscription, and the newest entries that it has brought. */
export class LiveRun implements EntrySource {
  readonly entries = new NewestItems<Entry>();
  readonly #stopping = new AbortController();
  readonly #readers = new Set<LiveReader>();
  readonly #tick = setInterval(() => this.#wakeAll(), TICK_MS);
  readonly #done: Promise<void>;
  /** Every event after this position is kept, or has not arrived yet. */
  #from: bigint;
  #position: bigint;
  #caughtUp = false;
  #failure: unknown;

  /** @param from the position at which it begins */
  constructor(
    from: bigint,
    private readonly parts: RunParts,
  ) {
    this.#from = from;
    this.#position = from;
    this.#tick.unref();
    this.#done = this.#follow();
  }

  get position(): bigint {
    return this.#position;
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  get failure(): unknown {
    return this.#failure;
  }

  isFor(selection: Selection, { type, outcome }: Entry): boolean {
    if (outcome === undefined) return false;
    return outcome instanceof Error ? this.parts.mayBeSelected(selection, type) : selects(selection, outcome);
  }

  /** Whether every event after a position is kept, or has not arrived yet. */
  keepsAfter(position: bigint): boolean {
    return position >= this.#from;
  }

  /** Adds a reader; undefined: the events after the position are no longer kept. */
  join(after: bigint, selection: Selection): LiveReader | undefined {
    if (!this.keepsAfter(after)) return undefined;
    const start = { next: this.entries.begin, position: after };
    const reader: LiveReader = new LiveReader(this, selection, start, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    try {
      for await (const batch of this.parts.batches(this.#stopping.signal)) {
        await this.parts.check();
        this.#add(batch);
      }
    } catch (error) {
      this.#failure = error;
    }
    clearInterval(this.#tick);
    this.#failure ??= new EventStoreUnavailableError('the live feed has stopped');
    this.parts.ended();
    this.#wakeAll();
  }

  #add({ events, position, caughtUp }: SubscriptionBatch): void {
    const added = events.map((recorded) => this.#entryOf(recorded));
    const { end } = this.entries;
    this.entries.add(...added);
    this.#position = position;
    this.#caughtUp = caughtUp;
    const excess = this.entries.length - KEPT_ENTRIES;
    if (excess > 0) this.#from = this.entries.drop(excess)?.position ?? this.#from;
    for (const reader of this.#readers) {
      if (!reader.isAt(end)) continue; // it is not waiting
      if (added.some((entry) => reader.wants(entry))) reader.wake();
      else reader.passOver();
    }
  }

  #entryOf(recorded: RecordedEvent): Entry {
    const { position, type } = recorded;
    try {
      const event = this.parts.decode(recorded);
      // All readers get the same JSON: it is written once.
      return { position, type, outcome: event && { ...event, envelope: cacheJson(event.envelope) } };
    } catch (error) {
      return { position, type, outcome: error as Error };
    }
  }

  #wakeAll(): void {
    for (const reader of this.#readers) reader.wake();
  }
}
