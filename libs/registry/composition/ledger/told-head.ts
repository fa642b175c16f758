import type { HeadSource } from './embedded-source.js';

/** The newest position of the log, as another thread tells it. */
export class ToldHead implements HeadSource {
  #head: bigint | undefined;
  #wake: (() => void) | undefined;

  tell(head: bigint): void {
    this.#head = head;
    this.#wake?.();
  }

  async next(known: bigint | undefined, signal: AbortSignal): Promise<bigint> {
    while (this.#head === undefined || (known !== undefined && this.#head <= known)) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener('abort', wake);
      });
    }
    signal.throwIfAborted();
    return this.#head;
  }
}
