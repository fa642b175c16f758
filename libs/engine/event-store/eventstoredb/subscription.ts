import { setTimeout as delay } from 'node:timers/promises';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  DEFAULT_BATCH_EVENTS,
  type EventFilter,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../port/event-store.js';
import { AllFeed, type Arrival, type Feed } from './all-feed.js';
import type { Connection } from './connection.js';
import { ANSWER_MS, within } from './deadline.js';
import type { LiveReader } from './live-feed.js';
import type { LiveFeeds } from './live-feeds.js';
import { laterOf, type Place, placeAt, positionOf } from './place.js';
import { readHead } from './read-head.js';
import type { Session } from './session.js';

/**
 * Follows $all over any number of connections: each continues where the one before ended, so no event is missed and none
 * is delivered twice.
 *
 * The server filters. While the subscription catches up it has its own call; when it is live it reads the feed that all
 * subscriptions with the same filter share, and returns to its own call if it cannot keep up. The server reports its
 * position in a filtered subscription only from time to time, so the head of the log is read before catching up: when
 * the subscription has caught up, every event up to that head has been delivered or excluded.
 */
export class AllSubscription {
  readonly #filter: EventFilter | undefined;
  readonly #maxBatch: number;
  readonly #signal: AbortSignal;
  /** Whether the subscription has caught up. */
  #isLive = false;
  #place: Place;
  #position: bigint;
  #failures = 0;

  constructor(
    private readonly connection: Connection,
    private readonly feeds: LiveFeeds,
    { after = BEFORE_FIRST_POSITION, filter, maxBatch = DEFAULT_BATCH_EVENTS, signal }: SubscribeOptions,
  ) {
    this.#filter = filter;
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
      if (failure !== undefined) continue; // It was up only for a moment.
      const session = this.connection.session();
      try {
        yield* this.#follow(session);
      } catch (error) {
        await this.#waitOut(this.connection.failed(error, session));
      }
    }
  }

  /** Delivers the events of one connection, until the reader stops or must continue with another feed. */
  async *#follow(session: Session): AsyncGenerator<SubscriptionBatch> {
    const shared = this.#sharedFeed(session);
    const isCatchingUp = shared === undefined && this.#filter !== undefined;
    const head = isCatchingUp ? placeAt(await within(readHead(session), ANSWER_MS)) : this.#place;
    const feed: Feed = shared ?? new AllFeed(session, this.#place, this.#filter);
    const stir = () => feed.stir();
    this.#signal.addEventListener('abort', stir);
    try {
      while (!this.#signal.aborted) {
        if (shared?.isLeftBehind) {
          this.#isLive = false;
          return;
        }
        const arrival = feed.take(this.#maxBatch);
        if (arrival === undefined) {
          await feed.changed();
          continue;
        }
        this.#failures = 0;
        this.#isLive = arrival.caughtUp && isCatchingUp;
        const place = this.#isLive ? laterOf(arrival.place, head) : arrival.place;
        yield* this.#deliver({ ...arrival, place, caughtUp: arrival.caughtUp && !isCatchingUp });
        if (this.#isLive) return;
      }
    } finally {
      this.#signal.removeEventListener('abort', stir);
      feed.leave();
    }
  }

  /** The feed that subscriptions with this filter share; undefined: there is none yet, or it is past the place. */
  #sharedFeed(session: Session): LiveReader | undefined {
    if (this.#filter === undefined) return undefined;
    return this.#isLive
      ? this.feeds.begin(session, this.#filter, this.#place)
      : this.feeds.join(session, this.#filter, this.#place);
  }

  *#deliver({ events, place, caughtUp }: Arrival): Generator<SubscriptionBatch> {
    const before = this.#position;
    this.#place = place;
    this.#position = positionOf(place, before);
    if (events.length > 0 || this.#position > before || caughtUp) yield { events, position: this.#position, caughtUp };
  }

  /** Waits before the next attempt if only the subscription has ended and the connection is up. */
  async #waitOut(failure: Error): Promise<void> {
    if (!(failure instanceof EventStoreUnavailableError)) throw failure;
    this.#isLive = false;
    this.#failures += 1;
    if (this.connection.failure !== undefined) return;
    await delay(waitAfter(this.#failures), undefined, { signal: this.#signal }).catch(() => undefined); // stopping
  }
}
