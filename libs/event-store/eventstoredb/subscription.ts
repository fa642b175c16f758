import { setTimeout as delay } from 'node:timers/promises';
import { waitAfter } from '#libs/kernel/back-off.js';
import { filterPredicate } from '../port/event-filter.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  DEFAULT_BATCH_EVENTS,
  type EventFilter,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../port/event-store.js';
import { AllFeed, type Arrival } from './all-feed.js';
import type { Connection } from './connection.js';
import { type Place, placeAt, positionOf } from './place.js';
import type { Session } from './session.js';

/**
 * Follows $all over any number of connections: each goes on where the one before ended, so nothing is left out and
 * nothing comes twice.
 *
 * With a filter it has two phases. While it catches up the server filters, so that of a long history only what is
 * wanted travels. From then on everything is sent, and filtered here: so a reader is told at once how far the store is,
 * past events that are not its own too, for which a query may be waiting. A filtered subscription tells that only now
 * and then; and what is new is little beside what is old.
 */
export class AllSubscription {
  readonly #filter: EventFilter | undefined;
  readonly #wanted: (event: RecordedEvent) => boolean;
  readonly #maxBatch: number;
  readonly #signal: AbortSignal;
  /** What the server leaves out; undefined once the history has been caught up on. */
  #serverFilter: EventFilter | undefined;
  #place: Place;
  #position: bigint;
  #failures = 0;

  constructor(
    private readonly connection: Connection,
    { after = BEFORE_FIRST_POSITION, filter, maxBatch = DEFAULT_BATCH_EVENTS, signal }: SubscribeOptions,
  ) {
    this.#wanted = filter === undefined ? () => true : filterPredicate(filter);
    this.#filter = filter;
    this.#serverFilter = filter;
    this.#maxBatch = maxBatch;
    this.#signal = signal ?? new AbortController().signal;
    this.#place = placeAt(after);
    this.#position = after;
  }

  /** @throws EventStoreUnavailableError the store is closed */
  async *batches(): AsyncGenerator<SubscriptionBatch> {
    while (!this.#signal.aborted) {
      await this.connection.up(this.#signal);
      if (this.#signal.aborted) return;
      const { failure, closed } = this.connection;
      if (closed) throw failure;
      if (failure !== undefined) continue; // It was up for a moment only.
      const session = this.connection.session();
      try {
        yield* this.#follow(session);
      } catch (error) {
        await this.#waitOut(this.connection.failed(error, session));
      }
    }
  }

  /** Delivers what comes over one connection, until it breaks, the history is caught up on, or the reader stops. */
  async *#follow(session: Session): AsyncGenerator<SubscriptionBatch> {
    const serverFilter = this.#serverFilter;
    const feed = new AllFeed(session, this.#place, serverFilter);
    const stir = () => feed.stir();
    this.#signal.addEventListener('abort', stir);
    try {
      while (!this.#signal.aborted) {
        const arrival = feed.take(this.#maxBatch);
        if (arrival === undefined) {
          await feed.changed();
          continue;
        }
        this.#failures = 0;
        const historyDone = arrival.caughtUp && serverFilter !== undefined;
        const before = this.#position;
        const batch = this.#batchOf(arrival, arrival.caughtUp && !historyDone);
        if (batch.events.length > 0 || batch.position > before || batch.caughtUp) yield batch;
        if (historyDone) {
          this.#serverFilter = undefined;
          return;
        }
      }
    } finally {
      this.#signal.removeEventListener('abort', stir);
      feed.leave();
    }
  }

  #batchOf({ events, place }: Arrival, caughtUp: boolean): SubscriptionBatch {
    this.#place = place;
    this.#position = positionOf(place, this.#position);
    return { events: events.filter(this.#wanted), position: this.#position, caughtUp };
  }

  /**
   * Waits before the next try when the connection holds and the subscription alone has ended. What it has missed is
   * history again, which the server filters: a reader that was too slow gets no more than it wants.
   */
  async #waitOut(failure: Error): Promise<void> {
    if (!(failure instanceof EventStoreUnavailableError)) throw failure;
    this.#serverFilter = this.#filter;
    this.#failures += 1;
    if (this.connection.failure !== undefined) return;
    await delay(waitAfter(this.#failures), undefined, { signal: this.#signal }).catch(() => undefined); // stopping
  }
}
