import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  eventTypeFilter,
  type Filter,
  type Position,
  streamNameFilter,
} from '@eventstore/db-client';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { EventFilter } from '../port/event-store.js';
import { ANSWER_MS } from './deadline.js';
import type { EventPull } from './event-pull.js';
import { laterOf, type Place } from './place.js';
import type { Session } from './session.js';

/** While catching up the server looks at so many events before it reports how far it is. */
const SEARCH_WINDOW_EVENTS = 1_000;

/** What has come of a subscription since it was last asked. */
export interface Arrival {
  readonly events: readonly AllStreamResolvedEvent[];
  /** Everything up to here has been taken, or left out by the server. */
  readonly place: Place;
  /** The server has nothing newer, and nothing that it has sent has yet to be taken. */
  readonly caughtUp: boolean;
}

/** One subscription to $all over one connection. */
export class AllFeed {
  readonly #subscription: AllStreamSubscription;
  readonly #pull: EventPull;
  #place: Place;
  #checkpoint: Place;
  #confirmed = false;
  #caughtUp = false;
  #told = false;

  /**
   * @param after the place after which it begins
   * @param bufferedEvents at most about so many events wait here to be taken; then the server is held back
   * @param filter what the server sends; undefined: everything
   */
  constructor(session: Session, after: Place, bufferedEvents: number, filter: EventFilter | undefined) {
    this.#place = after;
    this.#checkpoint = after;
    this.#subscription = session.client.subscribeToAll(
      { fromPosition: after, ...(filter && { filter: this.#serverFilter(filter) }) },
      { highWaterMark: bufferedEvents },
    );
    this.#pull = session.pull(this.#subscription);
    this.#subscription.once('confirmation', () => this.#stir(() => (this.#confirmed = true)));
    this.#subscription.on('caughtUp', () => this.#stir(() => (this.#caughtUp = true)));
    this.#subscription.on('fellBehind', () => (this.#caughtUp = false));
  }

  /** What has come and has not been taken yet; undefined when that is nothing. */
  take(maxEvents: number): Arrival | undefined {
    const events = this.#pull.take(maxEvents) as AllStreamResolvedEvent[];
    const before = this.#place;
    const last = events.at(-1)?.event?.position;
    if (last !== undefined) this.#place = laterOf(before, last);
    // A checkpoint comes behind events that wait in the buffer; it says nothing before they have been taken.
    if (this.#pull.drained) this.#place = laterOf(this.#place, this.#checkpoint);
    const caughtUp = this.#caughtUp && this.#pull.drained;
    if (this.#place === before && (!caughtUp || this.#told)) return undefined;
    this.#told ||= caughtUp;
    return { events, place: this.#place, caughtUp };
  }

  /**
   * Waits until there is something to take, or {@link stir} is called.
   *
   * @throws Error the subscription has failed or ended: the driver's error or the port's
   */
  async changed(): Promise<void> {
    if (this.#pull.ended) throw new EventStoreUnavailableError('EventStoreDB has ended the subscription');
    await this.#pull.changed(this.#confirmed ? undefined : ANSWER_MS);
  }

  /** Wakes whoever waits. */
  stir(): void {
    this.#pull.stir();
  }

  /** Ends the subscription. */
  leave(): void {
    this.#pull.leave();
  }

  #stir(change: () => void): void {
    change();
    this.stir();
  }

  #serverFilter(filter: EventFilter): Filter {
    const options = {
      maxSearchWindow: SEARCH_WINDOW_EVENTS,
      checkpointInterval: 1,
      checkpointReached: async (_: unknown, place: Position) => this.#stir(() => (this.#checkpoint = place)),
    };
    return 'streamPrefixes' in filter
      ? streamNameFilter({ prefixes: [...filter.streamPrefixes], ...options })
      : eventTypeFilter({ prefixes: [...filter.typePrefixes], ...options });
  }
}
