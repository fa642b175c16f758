import type { GroupFigures, GroupRules, Message } from './consumer-messages.js';
import { type ConsumerStrategy, consumerStrategy } from './consumer-strategy.js';
import { Latencies } from './latencies.js';

/** The subscribers of a group, and which messages are with whom: each holds at most as many as it asked for. */
export class Subscribers<E> {
  readonly #byId = new Map<string, Subscriber<E>>();
  readonly #strategy: ConsumerStrategy<Message<E>, Subscriber<E>>;

  constructor(private readonly rules: Pick<GroupRules, 'strategy' | 'extraStatistics'>) {
    this.#strategy = consumerStrategy(rules.strategy);
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
    return Array.from(this.#byId.values(), ({ id, size, inFlight, deliveries, latencies }) => ({
      id,
      size,
      inFlight: inFlight.size,
      deliveries,
      latencies: latencies?.figures ?? [],
    }));
  }

  /** One comes; it takes `size` messages at a time. */
  join(id: string, size: number): void {
    const latencies = this.rules.extraStatistics ? new Latencies() : undefined;
    const subscriber = new Subscriber<E>(id, Math.max(1, size), latencies);
    this.#byId.set(id, subscriber);
    this.#strategy.joined(subscriber);
  }

  /** One goes. Answers the messages that it had; undefined when it was not there. */
  leave(id: string, now: number): readonly Message<E>[] | undefined {
    const subscriber = this.#byId.get(id);
    if (subscriber === undefined) return undefined;
    const messages = this.release(id, [...subscriber.inFlight.keys()], now);
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
  release(id: string, ids: Iterable<string>, now: number): readonly Message<E>[] {
    const subscriber = this.#byId.get(id);
    const released: Message<E>[] = [];
    for (const messageId of ids) {
      const message = subscriber?.inFlight.get(messageId);
      if (message === undefined) continue;
      subscriber?.inFlight.delete(messageId);
      subscriber?.latencies?.add(now - message.deliveredAt);
      this.#strategy.released(message);
      released.push(message);
    }
    return released;
  }

  /** Takes the messages away whose time is over; remembers who had them until they are settled. */
  releaseOverdue(isOverdue: (message: Message<E>) => boolean, now: number): readonly Message<E>[] {
    const released: Message<E>[] = [];
    for (const { id, inFlight, overdue } of this.#byId.values()) {
      // They stand in the order of their delivery, and all have the same time.
      for (const message of inFlight.values()) {
        if (!isOverdue(message)) break;
        message.wasOverdue = true;
        overdue.set(message.id, message);
        released.push(...this.release(id, [message.id], now));
      }
    }
    return released;
  }

  /** Messages that one of them has had, that it did not settle in time, and that nobody has settled since. */
  overdueOf(id: string, ids: Iterable<string>): readonly Message<E>[] {
    const overdue = this.#byId.get(id)?.overdue;
    if (overdue === undefined || overdue.size === 0) return [];
    return Array.from(ids, (messageId) => overdue.get(messageId)).filter((message) => message !== undefined);
  }

  /** Takes a message away from the one that has it. Says whether one did. */
  withdraw(message: Message<E>, now: number): boolean {
    for (const { id, inFlight } of this.#byId.values()) {
      if (inFlight.get(message.id) === message) return this.release(id, [message.id], now).length > 0;
    }
    return false;
  }

  /** Forgets who had a message: it is settled. */
  forget(message: Message<E>): void {
    for (const { overdue } of this.#byId.values()) {
      if (overdue.get(message.id) === message) overdue.delete(message.id);
    }
  }
}

class Subscriber<E> {
  readonly inFlight = new Map<string, Message<E>>();
  /** It had these and did not settle them in time. */
  readonly overdue = new Map<string, Message<E>>();
  deliveries = 0;

  constructor(
    readonly id: string,
    readonly size: number,
    /** Undefined: they are not measured. */
    readonly latencies: Latencies | undefined,
  ) {}

  /** Two events may have the same id; what is acknowledged by it must be one. */
  hasRoomFor({ id }: Message<E>): boolean {
    return this.inFlight.size < this.size && !this.inFlight.has(id);
  }
}
