/** Calls back later, for a bounded number of waiting calls: each costs a timer and nothing else. */
export class WaitingRoom {
  #waiting = 0;

  /** @param places the largest number of calls that wait */
  constructor(private readonly places: number) {}

  /** How many calls wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether another call can wait. */
  get hasRoom(): boolean {
    return this.#waiting < this.places;
  }

  /** Calls back after a time. The timer does not keep the process alive. */
  wait(milliseconds: number, callback: () => void): void {
    this.#waiting += 1;
    setTimeout(() => {
      this.#waiting -= 1;
      callback();
    }, milliseconds).unref();
  }
}
