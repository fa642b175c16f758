import { endpointWait, PAUSE_AFTER_MS } from './retry-schedule.js';

/** The most deliveries to one webhook at the same time. */
export const MAX_IN_FLIGHT = 32;

/** How many an endpoint gets before it has accepted one. */
const FIRST_IN_FLIGHT = 4;

/** When deliveries of so many subjects have failed, and none has succeeded between them, the endpoint is down. */
const DOWN_AFTER_SUBJECTS = 5;

/** What is stored of an endpoint. */
export interface StoredHealth {
  /** When the first delivery after the last success failed, in milliseconds since 1970. */
  readonly failingSince?: number;
  /** When a delivery last succeeded, in milliseconds since 1970. */
  readonly succeededAt?: number;
}

/** A delivery that has failed. */
export interface FailedDelivery {
  readonly subject: string;
  /** In milliseconds since 1970. */
  readonly now: number;
  /** The HTTP status of the answer; undefined: there was none. */
  readonly status: number | undefined;
  /** The subject was waiting before: that it is refused again says nothing of others. */
  readonly isRetry: boolean;
}

/** Statuses with which not the receiver answers but what is in front of it, or it asks for a pause. */
const AWAY = new Set<number | undefined>([undefined, 408, 429, 502, 503, 504]);

/**
 * How an endpoint is doing. One that accepts nothing is tried by one delivery at a time, at growing intervals, instead
 * of by every subject: it costs next to nothing, and no subject is given up because the whole endpoint is away. One that
 * answers may refuse some subjects only: it is asked soon again.
 */
export class EndpointHealth {
  #limit = FIRST_IN_FLIGHT;
  #failed = new Set<string>();
  #failuresWhileDown = 0;
  #isAway = false;
  /** No other delivery should begin before this time. */
  #heldUntil = 0;
  #failingSince: number | undefined;
  #succeededAt: number | undefined;

  constructor({ failingSince, succeededAt }: StoredHealth = {}) {
    this.#failingSince = failingSince;
    this.#succeededAt = succeededAt;
  }

  /** How many deliveries may be under way. */
  get limit(): number {
    return this.isDown ? 1 : this.#limit;
  }

  get isDown(): boolean {
    return this.#failed.size >= DOWN_AFTER_SUBJECTS;
  }

  /** It is down, and nothing is there that answers for itself: it makes no difference which delivery is tried. */
  get isAway(): boolean {
    return this.isDown && this.#isAway;
  }

  /** When a delivery last succeeded, in milliseconds since 1970. */
  get succeededAt(): number | undefined {
    return this.#succeededAt;
  }

  get stored(): StoredHealth {
    return {
      ...(this.#failingSince !== undefined && { failingSince: this.#failingSince }),
      ...(this.#succeededAt !== undefined && { succeededAt: this.#succeededAt }),
    };
  }

  /** A delivery has succeeded. @param now in milliseconds since 1970 */
  succeeded(now: number): void {
    this.#limit = Math.min(MAX_IN_FLIGHT, this.#limit * 2);
    if (this.#failed.size > 0) this.#failed = new Set();
    this.#failuresWhileDown = 0;
    this.#heldUntil = 0;
    this.#failingSince = undefined;
    this.#succeededAt = now;
  }

  /** A delivery has failed. @returns how long no other delivery should begin, in milliseconds */
  failed({ subject, now, status, isRetry }: FailedDelivery, random = Math.random()): number {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#failingSince ??= now;
    this.#isAway = AWAY.has(status);
    if (this.#isAway || !isRetry) this.#failed.add(subject);
    if (!this.isDown) return 0;
    // Of those that were under way together, only the first to fail says something new.
    if (now >= this.#heldUntil) {
      this.#failuresWhileDown += 1;
      this.#heldUntil = now + endpointWait(this.#failuresWhileDown, this.#isAway, random);
    }
    return this.#heldUntil - now;
  }

  /** Whether every delivery has failed for so long that the webhook is to be paused. */
  isGivenUp(now: number): boolean {
    return this.#failingSince !== undefined && now - this.#failingSince >= PAUSE_AFTER_MS;
  }
}
