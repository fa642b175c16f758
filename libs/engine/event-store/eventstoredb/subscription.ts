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
 * Follows $all over any number of connections: each goes on where the one before ended, so nothing is left out and
 * nothing comes twice.
 *
 * The server filters. While it catches up it has a subscription of its own; from then on it reads the feed that all
 * subscriptions with the same filter share, and returns to one of its own when it cannot keep up with that. A filtered
 * subscription tells only now and then how far the server is, so the head of the log is asked for before it catches up:
 * everything up to there has been delivered, or left out, when it has.
 */
export class AllSubscription {
  readonly #filter: EventFilter | undefined;
  readonly #maxBatch: number;
  readonly #signal: AbortSignal;
  /** Whether the history has been caught up on. */
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
      if (failure !== undefined) continue; // It was up for a moment only.
      const session = this.connection.session();
      try {
        yield* this.#follow(session);
      } catch (error) {
        await this.#waitOut(this.connection.failed(error, session));
      }
    }
  }

  /** Delivers what comes over one connection, until the reader stops, or has to go on with another feed. */
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

  /** The feed of all who want the same; undefined: there is none yet, or it is past the place. */
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

  /** Waits before the next try when the connection holds and the subscription alone has ended. */
  async #waitOut(failure: Error): Promise<void> {
    if (!(failure instanceof EventStoreUnavailableError)) throw failure;
    this.#isLive = false;
    this.#failures += 1;
    if (this.connection.failure !== undefined) return;
    await delay(waitAfter(this.#failures), undefined, { signal: this.#signal }).catch(() => undefined); // stopping
  }
}
