import { WaitingRoom } from '#libs/engine/kernel/waiting-room.js';

/** Minimum delay before a failed authentication is answered. */
const DELAY_MS = 500;

/** Minimum interval between two such answers, over all callers: ten a second. */
const ANSWER_INTERVAL_MS = 100;

/** Maximum number of failed authentications that wait for their answer. */
const MAX_WAITING = 500;

/**
 * Delays the answers to failed authentications, over all callers together, against guessing of passwords. Each one
 * costs only a timer, and their number is limited. Above the limit, credentials that were not correct before are
 * refused without a check. Correct credentials are never delayed.
 */
export class AuthenticationThrottle {
  readonly #room = new WaitingRoom(MAX_WAITING);
  #lastAnswer = 0;

  /** Whether another failed authentication can be delayed. */
  get hasRoom(): boolean {
    return this.#room.hasRoom;
  }

  /**
   * Calls `answer` after the delay.
   *
   * @param now monotonic time in milliseconds
   */
  delay(now: number, answer: () => void): void {
    this.#lastAnswer = Math.max(now + DELAY_MS, this.#lastAnswer + ANSWER_INTERVAL_MS);
    this.#room.wait(this.#lastAnswer - now, answer);
  }
}
