import type { GroupFigures, Message } from './consumer-messages.js';
import { type ConsumerStrategy, type ConsumerStrategyName, consumerStrategy } from './consumer-strategy.js';

/** The subscribers of a group, and which messages are with whom: each holds at most as many as it asked for. */
export class Subscribers<E> {
  readonly #byId = new Map<string, Subscriber<E>>();
  readonly #strategy: ConsumerStrategy<Message<E>, Subscriber<E>>;

  /** @param strategy how it is chosen who gets a message */
  constructor(strategy: ConsumerStrategyName) {
    this.#strategy = consumerStrategy(strategy);
  }

  /** How many they are. */
  get size(): number {
    return this.#byId.size;
  }

  /** How many messages are with them. */
  get inFlight(): number {
    let inFlight = 0;
    for (const subscriber of this.#byId.values()) inFlight += subscriber.inFlight.size;
    return inFlight;
  }

  /** How many messages they would still take. */
  get slots(): number {
    let slots = 0;
    for (const { size, inFlight } of this.#byId.values()) slots += size - inFlight.size;
    return slots;
  }

  get figures(): GroupFigures['subscribers'] {
    return Array.from(this.#byId.values(), ({ id, size, inFlight: { size: inFlight }, deliveries }) => ({
      id,
      size,
      inFlight,
      deliveries,
    }));
  }

  /** One comes; it takes `size` messages at a time. */
  join(id: string, size: number): void {
    const subscriber = new Subscriber<E>(id, Math.max(1, size));
    this.#byId.set(id, subscriber);
    this.#strategy.joined(subscriber);
  }

  /** One goes. Answers the messages that it had; undefined when it was not there. */
  leave(id: string): readonly Message<E>[] | undefined {
    const subscriber = this.#byId.get(id);
    if (subscriber === undefined) return undefined;
    const messages = this.release(id, [...subscriber.inFlight.keys()]);
    this.#byId.delete(id);
    this.#strategy.left(subscriber);
    return messages;
  }

  /** Gives a message to one of them. Answers to whom; undefined when none who may have it has room. */
  deliver(message: Message<E>): string | undefined {
    const subscriber = this.#strategy.choose(message);
    if (subscriber === undefined) return undefined;
    subscriber.inFlight.set(message.id, message);
    subscriber.deliveries += 1;
    this.#strategy.delivered(message);
    return subscriber.id;
  }

  /** Takes messages away from one of them. Answers those that were with it. */
  release(id: string, ids: Iterable<string>): readonly Message<E>[] {
    const inFlight = this.#byId.get(id)?.inFlight;
    const released: Message<E>[] = [];
    for (const messageId of ids) {
      const message = inFlight?.get(messageId);
      if (message === undefined) continue;
      inFlight?.delete(messageId);
      this.#strategy.released(message);
      released.push(message);
    }
    return released;
  }

  /** Takes the messages away whose time is over. */
  releaseOverdue(now: number): readonly Message<E>[] {
    const released: Message<E>[] = [];
    for (const { id, inFlight } of this.#byId.values()) {
      // They stand in the order of their delivery, and all have the same time.
      for (const message of inFlight.values()) {
        if (now < message.deadline) break;
        released.push(...this.release(id, [message.id]));
      }
    }
    return released;
  }
}

class Subscriber<E> {
  readonly inFlight = new Map<string, Message<E>>();
  deliveries = 0;

  constructor(
    readonly id: string,
    readonly size: number,
  ) {}

  /** Two events may have the same id; what is acknowledged by it must be one. */
  hasRoomFor({ id }: Message<E>): boolean {
    return this.inFlight.size < this.size && !this.inFlight.has(id);
  }
}
