import { setTimeout as delay } from 'node:timers/promises';

/** A sleep that somebody else can end. */
export class Nap {
  #waking = new AbortController();

  /** Ends the sleep under way; when there is none, the next one, so that no call for attention is lost. */
  wake(): void {
    this.#waking.abort();
  }

  /**
   * Sleeps so long, or until it is woken. Always gives way to the event loop: who is woken up again and again, and
   * finds nothing that can be done, does not keep anybody else from working.
   */
  async sleep(milliseconds: number): Promise<void> {
    const { signal } = this.#waking;
    if (signal.aborted) await new Promise(setImmediate);
    else await delay(milliseconds, undefined, { signal }).catch(() => undefined); // woken up
    this.#waking = new AbortController();
  }
}
