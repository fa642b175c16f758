import type { ConsumerGroupSettings, ConsumerGroupStatistics, Message } from './consumer-group-types.js';
import { type ConsumerStrategy, consumerStrategy } from './consumer-strategy.js';
import { LatencyStatistics } from './latency-statistics.js';

/** The subscribers of a group and their in-flight messages. None holds more than its buffer size. */
export class Subscribers<E> {
  readonly #byId = new Map<string, Subscriber<E>>();
  readonly #strategy: ConsumerStrategy<Message<E>, Subscriber<E>>;

  constructor(private readonly settings: Pick<ConsumerGroupSettings, 'strategy' | 'extraStatistics'>) {
    this.#strategy = consumerStrategy(settings.strategy);
  }

  /** Number of subscribers. */
  get size(): number {
    return this.#byId.size;
  }

  /** Number of in-flight messages. */
  get inFlight(): number {
    let inFlight = 0;
    for (const subscriber of this.#byId.values()) inFlight += subscriber.inFlight.size;
    return inFlight;
  }

  /** Number of messages that the subscribers have free slots for. */
  get availableSlots(): number {
    let slots = 0;
    for (const { size, inFlight } of this.#byId.values()) slots += size - inFlight.size;
    return slots;
  }

  get statistics(): ConsumerGroupStatistics['subscribers'] {
    return Array.from(this.#byId.values(), ({ id, size, inFlight, deliveries, latencies }) => ({
      id,
      size,
      inFlight: inFlight.size,
      deliveries,
      latencies: latencies?.measurements ?? [],
    }));
  }

  /** Adds a subscriber with a buffer of `size` in-flight messages. */
  join(id: string, size: number): void {
    const latencies = this.settings.extraStatistics ? new LatencyStatistics() : undefined;
    const subscriber = new Subscriber<E>(id, Math.max(1, size), latencies);
    this.#byId.set(id, subscriber);
    this.#strategy.joined(subscriber);
  }

  /** Removes a subscriber. Returns its in-flight messages; undefined if there is no such subscriber. */
  leave(id: string, now: number): readonly Message<E>[] | undefined {
    const subscriber = this.#byId.get(id);
    if (subscriber === undefined) return undefined;
    const messages = this.release(id, [...subscriber.inFlight.keys()], now);
    this.#byId.delete(id);
    this.#strategy.left(subscriber);
    return messages;
  }

  /** Assigns a message to a subscriber and returns its id; undefined if no eligible subscriber has a free slot. */
  deliver(message: Message<E>): string | undefined {
    const subscriber = this.#strategy.choose(message);
    if (subscriber === undefined) return undefined;
    subscriber.inFlight.set(message.id, message);
    subscriber.deliveries += 1;
    this.#strategy.delivered(message);
    return subscriber.id;
  }

  /** Takes messages away from a subscriber. Returns those that it held. */
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

  /** Takes the timed-out messages away from their subscribers, and remembers who held them until they are settled. */
  releaseTimedOut(isTimedOut: (message: Message<E>) => boolean, now: number): readonly Message<E>[] {
    const released: Message<E>[] = [];
    for (const { id, inFlight, timedOut } of this.#byId.values()) {
      // In order of delivery, hence in order of deadline.
      for (const message of inFlight.values()) {
        if (!isTimedOut(message)) break;
        message.hasTimedOut = true;
        timedOut.set(message.id, message);
        released.push(...this.release(id, [message.id], now));
      }
    }
    return released;
  }

  /** The messages that timed out at this subscriber and are not settled yet. */
  timedOutOf(id: string, ids: Iterable<string>): readonly Message<E>[] {
    const timedOut = this.#byId.get(id)?.timedOut;
    if (timedOut === undefined || timedOut.size === 0) return [];
    return Array.from(ids, (messageId) => timedOut.get(messageId)).filter((message) => message !== undefined);
  }

  /** Takes a message away from the subscriber that holds it. Returns whether there was one. */
  takeBack(message: Message<E>, now: number): boolean {
    for (const { id, inFlight } of this.#byId.values()) {
      if (inFlight.get(message.id) === message) return this.release(id, [message.id], now).length > 0;
    }
    return false;
  }

  /** Forgets at which subscribers a message has timed out, because it is settled. */
  forgetTimedOut(message: Message<E>): void {
    for (const { timedOut } of this.#byId.values()) {
      if (timedOut.get(message.id) === message) timedOut.delete(message.id);
    }
  }
}

class Subscriber<E> {
  readonly inFlight = new Map<string, Message<E>>();
  /** Messages that timed out at this subscriber and are not settled yet. */
  readonly timedOut = new Map<string, Message<E>>();
  deliveries = 0;

  constructor(
    readonly id: string,
    readonly size: number,
    /** Undefined unless the group collects extra statistics. */
    readonly latencies: LatencyStatistics | undefined,
  ) {}

  /** Two events can have the same id. A subscriber holds only one of them at a time, so that an ack is unambiguous. */
  hasRoomFor({ id }: Message<E>): boolean {
    return this.inFlight.size < this.size && !this.inFlight.has(id);
  }
}
