import { setTimeout as delay } from 'node:timers/promises';

/** A sleep that another part of the program can end. */
export class InterruptibleSleep {
  #waking = new AbortController();

  /** Ends the sleep under way. When none is under way it ends the next one, so that no wake-up is lost. */
  wake(): void {
    this.#waking.abort();
  }

  /**
   * Sleeps so long, or until it is woken. Always yields to the event loop: a loop that is woken again and again, and
   * finds nothing that it can do, does not block other work.
   */
  async sleep(milliseconds: number): Promise<void> {
    const { signal } = this.#waking;
    if (signal.aborted) await new Promise(setImmediate);
    else await delay(milliseconds, undefined, { signal }).catch(() => undefined); // woken
    this.#waking = new AbortController();
  }
}
