import type { Timers } from './timers.js';

/** A time in which no attempt begins. */
export class Hold {
  #cancel: (() => void) | undefined;

  constructor(private readonly timers: Pick<Timers, 'after'>) {}

  get isHeld(): boolean {
    return this.#cancel !== undefined;
  }

  /** Begins, or begins again. @param over is called when the time is over, unless it has ended before */
  begin(milliseconds: number, over: () => void): void {
    this.end();
    this.#cancel = this.timers.after(milliseconds, () => {
      this.#cancel = undefined;
      over();
    });
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
