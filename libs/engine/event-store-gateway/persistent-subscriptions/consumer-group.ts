import { unreachable } from '#libs/engine/kernel/unreachable.js';
import { CheckpointTiming, type Progress } from './checkpoint-timing.js';
import {
  type Batch,
  type Effect,
  type GroupFigures,
  type GroupRules,
  type Incoming,
  type Message,
  type NackAction,
  UNDELIVERED,
} from './consumer-messages.js';
import { MessageTimeouts } from './message-timeouts.js';
import { Subscribers } from './subscribers.js';
import { UnsettledMessages } from './unsettled-messages.js';
import { WaitingMessages } from './waiting-messages.js';

/** Nothing more is read while the group holds so many bytes, however many messages its buffers take. */
const MAX_HELD_BYTES = 16 * 1_048_576;

/**
 * A group of competing consumers, without input, output and clock: it is told what has been read, who comes and goes,
 * what they say, and what time it is (milliseconds since 1970, never going back), and answers what has to be done.
 *
 * Messages that are delivered again come before those that were not delivered yet, and otherwise in the order in
 * which they were read. Each subscriber holds at most as many as it asked for.
 */
export class ConsumerGroup<E> {
  readonly #subscribers: Subscribers<E>;
  readonly #timing: CheckpointTiming;
  readonly #timeouts: MessageTimeouts;
  readonly #waiting = new WaitingMessages<E>();
  readonly #unsettled = new UnsettledMessages<E>();
  #read: Progress;
  #live = false;
  #deliveries = 0;
  #effects: Effect<E>[] = [];

  /** @param settled everything up to this place has been settled before; nothing after it has been read */
  constructor(
    private readonly rules: GroupRules,
    settled: bigint,
    now: number,
  ) {
    this.#subscribers = new Subscribers(rules);
    this.#read = { place: settled, sequence: 0 };
    this.#timing = new CheckpointTiming(rules, now);
    this.#timeouts = new MessageTimeouts(rules.messageTimeoutMs, now);
  }

  /** How many more messages to read; none while nobody is there to take them. */
  get room(): number {
    if (this.#subscribers.size === 0 || this.#unsettled.bytes >= MAX_HELD_BYTES) return 0;
    const size = this.#live ? this.rules.liveBufferSize : this.rules.historyBufferSize;
    return Math.max(0, Math.max(1, size) - this.#waiting.fresh - this.#waiting.retries);
  }

  /** Everything up to this place is settled. */
  get settled(): bigint {
    return this.#progress.place;
  }

  /** Everything up to this place has been read. */
  get read(): bigint {
    return this.#read.place;
  }

  /** The first parked message that is replayed and not settled; undefined: all that were replayed are. */
  get firstUnsettledReplay(): bigint | undefined {
    return this.#unsettled.firstReplay;
  }

  /** Whether time can change anything: something is with a subscriber, or a checkpoint may become due. */
  get waitsForTime(): boolean {
    return this.#timing.mayBecomeDue(this.#progress) || this.#subscribers.inFlight > 0;
  }

  /** Whether everything that was there when last asked has been read. */
  get live(): boolean {
    return this.#live;
  }

  get figures(): GroupFigures {
    return {
      deliveries: this.#deliveries,
      inFlight: this.#subscribers.inFlight,
      outstanding: this.#unsettled.size - this.#waiting.fresh - this.#waiting.retries,
      waiting: this.#waiting.fresh,
      retries: this.#waiting.retries,
      subscribers: this.#subscribers.figures,
    };
  }

  /** A subscriber comes; it takes `size` messages at a time. */
  join(id: string, size: number, now: number): readonly Effect<E>[] {
    this.#subscribers.join(id, size);
    return this.#after(now);
  }

  /** A subscriber goes, of itself or because its connection broke: others get what it had. */
  leave(id: string, now: number): readonly Effect<E>[] {
    this.#remove(id, now);
    return this.#after(now);
  }

  /** Events have been read. */
  receive({ events, last, considered, live }: Batch<E>, now: number): readonly Effect<E>[] {
    let before = this.#read;
    for (const [index, { place, ...incoming }] of events.entries()) {
      this.#add({ ...incoming, ...UNDELIVERED, before, parkedAt: undefined });
      before = { place, sequence: this.#read.sequence + index + 1 };
    }
    this.#read = { place: last, sequence: this.#read.sequence + considered };
    this.#live = live;
    return this.#after(now);
  }

  /** Parked messages have been read to be delivered again. */
  replay(parked: readonly (Incoming<E> & { readonly parkedAt: bigint })[], now: number): readonly Effect<E>[] {
    for (const incoming of parked) {
      this.#add({ ...incoming, ...UNDELIVERED, before: undefined });
    }
    return this.#after(now);
  }

  /**
   * A subscriber is done with messages. That counts even when it is late and they wait to be delivered again or are with
   * another one. What it never had is left as it is.
   */
  ack(subscriber: string, ids: readonly string[], now: number): readonly Effect<E>[] {
    for (const message of this.#take(subscriber, ids, now)) this.#settle(message);
    return this.#after(now);
  }

  /** A subscriber is not done with messages. What it never had is left as it is. */
  nack(subscriber: string, ids: readonly string[], action: NackAction, reason: string, now: number) {
    const settles = action === 'park' || action === 'skip';
    const messages = settles ? this.#take(subscriber, ids, now) : this.#subscribers.release(subscriber, ids, now);
    for (const message of messages) this.#refuse(message, action, reason);
    if (action === 'stop' && this.#remove(subscriber, now)) this.#effects.push({ kind: 'drop', subscriber });
    return this.#after(now);
  }

  /** A message that was to be parked is. */
  parked(message: Message<E>, now: number): readonly Effect<E>[] {
    this.#settle(message);
    return this.#after(now);
  }

  /** A message that was to be parked could not be: it is delivered again. */
  notParked(message: Message<E>, now: number): readonly Effect<E>[] {
    this.#waiting.again(message);
    return this.#after(now);
  }

  /** Time passes. */
  tick(now: number): readonly Effect<E>[] {
    if (this.#timeouts.isDue(now)) {
      const overdue = this.#subscribers.releaseOverdue((message) => this.#timeouts.isOverdue(message, now), now);
      for (const message of overdue) this.#retry(message);
      this.#deliver(now);
      this.#timeouts.looked(now);
    }
    return this.#after(now);
  }

  get #progress(): Progress {
    return this.#unsettled.progress(this.#read);
  }

  #add(message: Message<E>): void {
    this.#unsettled.add(message);
    this.#waiting.add(message);
  }

  #settle(message: Message<E>): void {
    this.#unsettled.settle(message);
    if (message.wasOverdue) this.#subscribers.forget(message);
  }

  /** The messages that a subscriber has, and those that it had and that are not settled yet. Nobody has them any more. */
  #take(subscriber: string, ids: readonly string[], now: number): readonly Message<E>[] {
    const held = this.#subscribers.release(subscriber, ids, now);
    const late = this.#subscribers
      .overdueOf(subscriber, ids)
      .filter((message) => this.#waiting.withdraw(message) || this.#subscribers.withdraw(message, now));
    return [...held, ...late];
  }

  #refuse(message: Message<E>, action: NackAction, reason: string): void {
    switch (action) {
      case 'park':
        this.#effects.push({ kind: 'park', message, reason: `Client explicitly NAK'ed message.\n${reason}` });
        return;
      case 'skip':
        this.#settle(message);
        return;
      case 'retry':
      case 'stop':
      case 'unknown':
        this.#retry(message);
        return;
      default:
        unreachable(action);
    }
  }

  #retry(message: Message<E>): void {
    if (message.retries >= this.rules.maxRetryCount) {
      const reason = `Reached retry count of ${this.rules.maxRetryCount}`;
      this.#effects.push({ kind: 'park', message, reason });
      return;
    }
    this.#deliverAgain(message);
  }

  #deliverAgain(message: Message<E>): void {
    message.retries += 1;
    this.#waiting.again(message);
  }

  /** What a subscriber had that goes is delivered again, however often it was: nobody has failed to process it. */
  #remove(id: string, now: number): boolean {
    const messages = this.#subscribers.leave(id, now);
    if (messages === undefined) return false;
    for (const message of messages) this.#deliverAgain(message);
    return true;
  }

  #after(now: number): readonly Effect<E>[] {
    this.#deliver(now);
    const place = this.#timing.due(this.#progress, now);
    if (place !== undefined) this.#effects.push({ kind: 'checkpoint', place });
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #deliver(now: number): void {
    this.#waiting.deliver(this.#subscribers, (message, subscriber) => {
      this.#timeouts.begin(message, now);
      this.#deliveries += 1;
      this.#effects.push({ kind: 'deliver', subscriber, message });
    });
  }
}
