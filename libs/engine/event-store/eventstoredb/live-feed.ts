import { NewestItems } from '#libs/engine/kernel/newest-items.js';
import type { EventFilter, RecordedEvent } from '../port/event-store.js';
import { AllFeed, type Arrival, type Feed, type MeasuredArrival } from './all-feed.js';
import { isLater, type Place } from './place.js';
import type { Session } from './session.js';

/** A message of the server: an event, or only its progress. */
interface Entry {
  readonly place: Place;
  readonly event?: RecordedEvent;
  readonly bytes: number;
}

/** The limits of the buffer. A reader that is further behind continues with its own call. */
const KEPT_ENTRIES = 4_096;
const KEPT_BYTES = 8_388_608; // 8 MiB, as much as a few batches of the largest appends

/** Events that are taken from the server at once. */
const TAKEN_EVENTS = 64;

/**
 * One filtered subscription to $all over one connection, shared by all readers with the same filter. It takes events as
 * soon as they arrive, so that the server never waits for a slow reader, and buffers the newest ones; each reader has
 * its own place in the buffer.
 */
export class LiveFeed {
  /** The buffer. */
  readonly entries = new NewestItems<Entry>();
  readonly #feed: AllFeed;
  readonly #readers = new Set<LiveReader>();
  #bytes = 0;
  /** Every event after this place is in the buffer or has not arrived yet. */
  #from: Place;
  #caughtUp = false;
  #failure: unknown;

  /** @param ended is called when the subscription has failed, or its last reader has left */
  constructor(
    session: Session,
    after: Place,
    filter: EventFilter,
    private readonly ended: () => void,
  ) {
    this.#from = after;
    this.#feed = new AllFeed(session, after, filter);
    void this.#pump();
  }

  /** Adds a reader at a place; undefined: the buffer no longer has the events after that place. */
  join(after: Place): LiveReader | undefined {
    if (isLater(this.#from, after)) return undefined;
    const reader = new LiveReader(this, this.entries.begin, after);
    this.#readers.add(reader);
    return reader;
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** Why nothing more will arrive; undefined: more may. */
  get failure(): unknown {
    return this.#failure;
  }

  leave(reader: LiveReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.ended();
    this.#feed.leave();
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const arrival = this.#feed.take(TAKEN_EVENTS);
        if (arrival === undefined) await this.#feed.changed();
        else this.#keep(arrival);
      }
    } catch (error) {
      this.#failure = error;
      this.ended();
      for (const reader of this.#readers) reader.stir();
    }
  }

  #keep({ events, place, bytes, caughtUp }: MeasuredArrival): void {
    for (const event of events) {
      const { position } = event;
      this.#add({ place: { commit: position, prepare: position }, event, bytes: bytes / events.length });
    }
    if (isLater(place, this.entries.last?.place ?? this.#from)) this.#add({ place, bytes: 0 });
    this.#caughtUp = caughtUp;
    for (const reader of this.#readers) reader.stir();
  }

  #add(entry: Entry): void {
    this.entries.add(entry);
    this.#bytes += entry.bytes;
    while (this.entries.length > KEPT_ENTRIES || (this.#bytes > KEPT_BYTES && this.entries.length > 1)) {
      const dropped = this.entries.drop();
      this.#bytes -= dropped?.bytes ?? 0;
      this.#from = dropped?.place ?? this.#from;
    }
  }
}

/** One reader of a shared feed. */
export class LiveReader implements Feed {
  #told = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly feed: LiveFeed,
    private next: number,
    private place: Place,
  ) {}

  /** The reader was too slow: its next entry has been dropped. */
  get isLeftBehind(): boolean {
    return !this.feed.entries.has(this.next);
  }

  take(maxEvents: number): Arrival | undefined {
    const before = this.place;
    const events: RecordedEvent[] = [];
    const { entries } = this.feed;
    for (let entry = entries.at(this.next); entry !== undefined; entry = entries.at(this.next)) {
      // The feed may have begun before the reader's place and not have reached it yet.
      const isNew = isLater(entry.place, this.place);
      if (isNew && entry.event !== undefined) {
        if (events.length === maxEvents) break;
        events.push(entry.event);
      }
      if (isNew) this.place = entry.place;
      this.next += 1;
    }
    const caughtUp = this.feed.caughtUp && this.next === entries.end;
    if (this.place === before && (!caughtUp || this.#told)) return undefined;
    this.#told ||= caughtUp;
    return { events, place: this.place, caughtUp };
  }

  async changed(): Promise<void> {
    if (this.isLeftBehind || this.next < this.feed.entries.end) return;
    if (this.feed.failure !== undefined) throw this.feed.failure;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  stir(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  leave(): void {
    this.feed.leave(this);
  }
}
