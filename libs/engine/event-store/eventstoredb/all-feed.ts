import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { EventFilter, RecordedEvent } from '../port/event-store.js';
import type { AnswerPull } from './answer-pull.js';
import { ANSWER_MS } from './deadline.js';
import { laterOf, type Place } from './place.js';
import type { Session } from './session.js';
import type { ReadAnswer } from './wire/read-answer.js';

/** What has arrived on a subscription since the last call of {@link Feed.take}. */
export interface Arrival {
  readonly events: readonly RecordedEvent[];
  /** Every event up to this place has been taken, or excluded by the server. */
  readonly place: Place;
  /** The server has nothing newer, and everything that it has sent has been taken. */
  readonly caughtUp: boolean;
}

/** An arrival with the size of its events on the wire. */
export interface MeasuredArrival extends Arrival {
  readonly bytes: number;
}

/** A source of the events of $all, in order. */
export interface Feed {
  /** Takes what has arrived; undefined: nothing has. */
  take(maxEvents: number): Arrival | undefined;

  /**
   * Waits until there is something to take, or {@link stir} is called.
   *
   * @throws Error the subscription has failed or ended: gRPC's error or the port's
   */
  changed(): Promise<void>;

  /** Ends the wait of {@link changed}. */
  stir(): void;

  /** Ends the subscription. */
  leave(): void;
}

/** One subscription to $all over one connection. */
export class AllFeed implements Feed {
  readonly #pull: AnswerPull;
  #place: Place;
  #confirmed = false;
  #caughtUp = false;
  #told = false;

  /**
   * @param after the place after which it begins
   * @param filter what the server sends; undefined: everything
   */
  constructor(session: Session, after: Place, filter: EventFilter | undefined) {
    this.#place = after;
    this.#pull = session.read({ source: { from: after, filter }, direction: 'forwards', limit: 'subscription' });
  }

  take(maxEvents: number): MeasuredArrival | undefined {
    const before = this.#place;
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for (const answer of this.#pull.take(maxEvents)) {
      this.#note(answer, events);
      if (answer.kind === 'event') bytes += answer.bytes;
    }
    const caughtUp = this.#caughtUp && this.#pull.drained;
    if (this.#place === before && (!caughtUp || this.#told)) return undefined;
    this.#told ||= caughtUp;
    return { events, place: this.#place, bytes, caughtUp };
  }

  async changed(): Promise<void> {
    if (!this.#pull.drained) return;
    if (this.#pull.ended) throw new EventStoreUnavailableError('EventStoreDB has ended the subscription');
    await this.#pull.changed(this.#confirmed ? undefined : ANSWER_MS);
  }

  stir(): void {
    this.#pull.stir();
  }

  leave(): void {
    this.#pull.leave();
  }

  #note(answer: ReadAnswer, events: RecordedEvent[]): void {
    this.#confirmed = true;
    switch (answer.kind) {
      case 'event': {
        const { position } = answer.event;
        events.push(answer.event);
        this.#place = laterOf(this.#place, { commit: position, prepare: position });
        return;
      }
      case 'checkpoint':
        this.#place = laterOf(this.#place, answer.position);
        return;
      case 'caughtUp':
      case 'fellBehind':
        this.#caughtUp = answer.kind === 'caughtUp';
        return;
      default:
        return;
    }
  }
}
