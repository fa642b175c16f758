import type { Message } from './consumer-group-types.js';
import type { Subscribers } from './subscribers.js';

/** The messages of a group that are not in flight. Messages to retry are delivered before new ones. */
export class MessageBuffer<E> {
  readonly #retries = new RetryQueue<E>();
  /** In read order. */
  readonly #undelivered = new Set<Message<E>>();

  /** Number of messages waiting for a retry. */
  get retries(): number {
    return this.#retries.size;
  }

  /** Number of messages waiting for their first delivery. */
  get undelivered(): number {
    return this.#undelivered.size;
  }

  /** Adds a message that was read. A replayed parked message counts as a retry. */
  add(message: Message<E>): void {
    (message.parkedRevision === undefined ? this.#undelivered : this.#retries).add(message);
  }

  /** Adds a message that is to be delivered again. */
  addRetry(message: Message<E>): void {
    this.#retries.add(message);
  }

  /** Removes a message from the retries. Returns whether it was among them. */
  removeRetry(message: Message<E>): boolean {
    return this.#retries.delete(message);
  }

  /** Delivers as many messages as the subscribers have slots for, and calls `delivered` for each. */
  deliver(subscribers: Subscribers<E>, delivered: (message: Message<E>, subscriber: string) => void): void {
    for (const queue of [this.#retries, this.#undelivered]) {
      if (queue.size === 0) continue;
      let { availableSlots } = subscribers;
      for (const message of queue) {
        if (availableSlots === 0) return;
        const subscriber = subscribers.deliver(message);
        if (subscriber === undefined) continue;
        availableSlots -= 1;
        queue.delete(message);
        delivered(message, subscriber);
      }
    }
  }
}

/** Messages to retry in read order, followed by the parked messages that are replayed. */
class RetryQueue<E> {
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

  /** Returns whether the message was in the queue. */
  delete(message: Message<E>): boolean {
    const index = this.#messages.indexOf(message);
    if (index >= 0) this.#messages.splice(index, 1);
    return index >= 0;
  }

  /** Iterates over a copy, so that messages can be deleted during the iteration. */
  [Symbol.iterator](): Iterator<Message<E>> {
    return [...this.#messages][Symbol.iterator]();
  }
}

function sequenceOf<E>(message: Message<E> | undefined): number {
  return message?.before?.sequence ?? Number.POSITIVE_INFINITY;
}
