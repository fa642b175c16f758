import type { Message } from './consumer-messages.js';

/** Messages that are to be delivered again: in the order in which they were read, and behind them parked ones that are replayed. */
export class RetryQueue<E> {
  readonly #messages: Message<E>[] = [];

  get size(): number {
    return this.#messages.length;
  }

  add(message: Message<E>): void {
    const sequence = sequenceOf(message);
    let index = this.#messages.length;
    while (index > 0 && sequenceOf(this.#messages[index - 1]) > sequence) index -= 1;
    this.#messages.splice(index, 0, message);
  }

  /** Says whether the message was there. */
  delete(message: Message<E>): boolean {
    const index = this.#messages.indexOf(message);
    if (index >= 0) this.#messages.splice(index, 1);
    return index >= 0;
  }

  /** The messages that are there now; they may be deleted meanwhile. */
  [Symbol.iterator](): Iterator<Message<E>> {
    return [...this.#messages][Symbol.iterator]();
  }
}

function sequenceOf<E>(message: Message<E> | undefined): number {
  return message?.before?.sequence ?? Number.POSITIVE_INFINITY;
}
