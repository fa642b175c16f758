import type { Message } from './consumer-messages.js';
import { RetryQueue } from './retry-queue.js';
import type { Subscribers } from './subscribers.js';

/** The messages of a group that are with nobody. Those that are delivered again come before those that are new. */
export class WaitingMessages<E> {
  readonly #retries = new RetryQueue<E>();
  /** In the order in which they were read. */
  readonly #fresh = new Set<Message<E>>();

  get retries(): number {
    return this.#retries.size;
  }

  get fresh(): number {
    return this.#fresh.size;
  }

  /** A message has been read. A parked one is delivered again. */
  add(message: Message<E>): void {
    (message.parkedAt === undefined ? this.#fresh : this.#retries).add(message);
  }

  /** A message is to be delivered again. */
  again(message: Message<E>): void {
    this.#retries.add(message);
  }

  /** A message need not be delivered again. Says whether it waited for that. */
  withdraw(message: Message<E>): boolean {
    return this.#retries.delete(message);
  }

  /** Gives the subscribers what they have room for; calls back for each message. */
  deliver(subscribers: Subscribers<E>, delivered: (message: Message<E>, subscriber: string) => void): void {
    for (const queue of [this.#retries, this.#fresh]) {
      if (queue.size === 0) continue;
      let { slots } = subscribers;
      for (const message of queue) {
        if (slots === 0) return;
        const subscriber = subscribers.deliver(message);
        if (subscriber === undefined) continue;
        slots -= 1;
        queue.delete(message);
        delivered(message, subscriber);
      }
    }
  }
}
