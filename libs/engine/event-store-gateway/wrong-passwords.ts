/** A wrong password is answered no sooner than after this. */
const DELAY_MS = 500;

/** Wrong passwords are answered one after another, so far apart: ten a second. */
const APART_MS = 100;

/** So many may wait for their answer. */
const MAX_WAITING = 500;

/**
 * Slows down wrong passwords, those of all callers together, so that nobody can try many. Nothing is kept of one but a
 * timer until it is answered, and they are limited; while as many wait as may, no password is checked that was never
 * right before. Right passwords never wait.
 */
export class WrongPasswords {
  #waiting = 0;
  #lastAnswer = 0;

  /** Whether one more may wait. */
  get hasRoom(): boolean {
    return this.#waiting < MAX_WAITING;
  }

  /**
   * Answers one when it is its turn.
   *
   * @param now in milliseconds that never go back
   */
  add(now: number, answer: () => void): void {
    this.#waiting += 1;
    this.#lastAnswer = Math.max(now + DELAY_MS, this.#lastAnswer + APART_MS);
    setTimeout(() => {
      this.#waiting -= 1;
      answer();
    }, this.#lastAnswer - now).unref();
  }
}
