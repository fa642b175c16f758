import { unreachable } from '#libs/engine/kernel/unreachable.js';
import { CheckpointPolicy, type Progress } from './checkpoint-policy.js';
import {
  type ConsumerGroupSettings,
  type ConsumerGroupStatistics,
  type Effect,
  type IncomingMessage,
  type Message,
  type NackAction,
  NOT_DELIVERED,
  type ReadBatch,
} from './consumer-group-types.js';
import { MessageBuffer } from './message-buffer.js';
import { MessageTimeouts } from './message-timeouts.js';
import { Subscribers } from './subscribers.js';
import { UnsettledMessages } from './unsettled-messages.js';

/** Above this many bytes of unsettled messages nothing more is read, whatever the buffer sizes allow. */
const MAX_HELD_BYTES = 16 * 1_048_576;

/**
 * A consumer group (competing consumers on one source) without I/O and without a clock. The caller passes in what was
 * read, which subscribers join and leave, their acks and nacks, and the time in milliseconds since 1970, which must not
 * go back. Each call returns the effects to carry out.
 *
 * Retries are delivered before new messages; apart from that, messages are delivered in read order. Each subscriber
 * holds at most as many in-flight messages as its buffer size.
 */
export class ConsumerGroup<E> {
  readonly #subscribers: Subscribers<E>;
  readonly #checkpoints: CheckpointPolicy;
  readonly #timeouts: MessageTimeouts;
  readonly #buffer = new MessageBuffer<E>();
  readonly #unsettled = new UnsettledMessages<E>();
  #read: Progress;
  #live = false;
  #deliveries = 0;
  #effects: Effect<E>[] = [];

  /** @param settled the position up to which everything was settled before; reading continues after it */
  constructor(
    private readonly settings: ConsumerGroupSettings,
    settled: bigint,
    now: number,
  ) {
    this.#subscribers = new Subscribers(settings);
    this.#read = { position: settled, sequence: 0 };
    this.#checkpoints = new CheckpointPolicy(settings, now);
    this.#timeouts = new MessageTimeouts(settings.messageTimeoutMs, now);
  }

  /** Number of messages that can be read now; 0 while there is no subscriber. */
  get freeBufferSlots(): number {
    if (this.#subscribers.size === 0 || this.#unsettled.bytes >= MAX_HELD_BYTES) return 0;
    const size = this.#live ? this.settings.liveBufferSize : this.settings.historyBufferSize;
    return Math.max(0, Math.max(1, size) - this.#buffer.undelivered - this.#buffer.retries);
  }

  /** Position up to which everything is settled. */
  get settled(): bigint {
    return this.#progress.position;
  }

  /** Position up to which everything has been read. */
  get read(): bigint {
    return this.#read.position;
  }

  /** Parked-stream revision of the first replayed message that is not settled; undefined if there is none. */
  get firstUnsettledReplay(): bigint | undefined {
    return this.#unsettled.firstReplay;
  }

  /** Whether {@link tick} can have an effect: a message is in flight, or a checkpoint may become due. */
  get needsTick(): boolean {
    return this.#checkpoints.mayBecomeDue(this.#progress) || this.#subscribers.inFlight > 0;
  }

  /** Whether the last read reached the end of the source. */
  get live(): boolean {
    return this.#live;
  }

  get statistics(): ConsumerGroupStatistics {
    return {
      totalDeliveries: this.#deliveries,
      inFlight: this.#subscribers.inFlight,
      outstanding: this.#unsettled.size - this.#buffer.undelivered - this.#buffer.retries,
      buffered: this.#buffer.undelivered,
      retries: this.#buffer.retries,
      subscribers: this.#subscribers.statistics,
    };
  }

  /** Adds a subscriber with a buffer of `size` in-flight messages. */
  join(id: string, size: number, now: number): readonly Effect<E>[] {
    this.#subscribers.join(id, size);
    return this.#takeEffects(now);
  }

  /** Removes a subscriber that left or lost its connection; its in-flight messages go to other subscribers. */
  leave(id: string, now: number): readonly Effect<E>[] {
    this.#remove(id, now);
    return this.#takeEffects(now);
  }

  /** Adds events that were read from the source. */
  receive({ events, last, scanned, live }: ReadBatch<E>, now: number): readonly Effect<E>[] {
    let before = this.#read;
    for (const [index, { position, ...incoming }] of events.entries()) {
      this.#add({ ...incoming, ...NOT_DELIVERED, before, parkedRevision: undefined });
      before = { position, sequence: this.#read.sequence + index + 1 };
    }
    this.#read = { position: last, sequence: this.#read.sequence + scanned };
    this.#live = live;
    return this.#takeEffects(now);
  }

  /** Adds parked messages that are to be replayed. */
  replay(
    parked: readonly (IncomingMessage<E> & { readonly parkedRevision: bigint })[],
    now: number,
  ): readonly Effect<E>[] {
    for (const incoming of parked) {
      this.#add({ ...incoming, ...NOT_DELIVERED, before: undefined });
    }
    return this.#takeEffects(now);
  }

  /** Settles messages, even those that have timed out and are retried. Ignores ids that the subscriber never held. */
  ack(subscriber: string, ids: readonly string[], now: number): readonly Effect<E>[] {
    for (const message of this.#claim(subscriber, ids, now)) this.#settle(message);
    return this.#takeEffects(now);
  }

  /** Handles a nack. Ignores ids that the subscriber never held. */
  nack(subscriber: string, ids: readonly string[], action: NackAction, reason: string, now: number) {
    const settles = action === 'park' || action === 'skip';
    const messages = settles ? this.#claim(subscriber, ids, now) : this.#subscribers.release(subscriber, ids, now);
    for (const message of messages) this.#applyNack(message, action, reason);
    if (action === 'stop' && this.#remove(subscriber, now)) this.#effects.push({ kind: 'drop', subscriber });
    return this.#takeEffects(now);
  }

  /** A message has been written to the parked stream. */
  parked(message: Message<E>, now: number): readonly Effect<E>[] {
    this.#settle(message);
    return this.#takeEffects(now);
  }

  /** A message could not be written to the parked stream: it is delivered again. */
  parkingFailed(message: Message<E>, now: number): readonly Effect<E>[] {
    this.#buffer.addRetry(message);
    return this.#takeEffects(now);
  }

  /** Retries the messages that have timed out, and checks whether a checkpoint is due. */
  tick(now: number): readonly Effect<E>[] {
    if (this.#timeouts.isDue(now)) {
      const timedOut = this.#subscribers.releaseTimedOut((message) => this.#timeouts.isTimedOut(message, now), now);
      for (const message of timedOut) this.#retryOrPark(message);
      this.#deliver(now);
      this.#timeouts.checked(now);
    }
    return this.#takeEffects(now);
  }

  get #progress(): Progress {
    return this.#unsettled.progress(this.#read);
  }

  #add(message: Message<E>): void {
    this.#unsettled.add(message);
    this.#buffer.add(message);
  }

  #settle(message: Message<E>): void {
    this.#unsettled.settle(message);
    if (message.hasTimedOut) this.#subscribers.forgetTimedOut(message);
  }

  /** Takes away the messages of a subscriber, and those that timed out there, from wherever they are retried. */
  #claim(subscriber: string, ids: readonly string[], now: number): readonly Message<E>[] {
    const held = this.#subscribers.release(subscriber, ids, now);
    const late = this.#subscribers
      .timedOutOf(subscriber, ids)
      .filter((message) => this.#buffer.removeRetry(message) || this.#subscribers.takeBack(message, now));
    return [...held, ...late];
  }

  #applyNack(message: Message<E>, action: NackAction, reason: string): void {
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
        this.#retryOrPark(message);
        return;
      default:
        unreachable(action);
    }
  }

  #retryOrPark(message: Message<E>): void {
    if (message.retries >= this.settings.maxRetryCount) {
      const reason = `Reached retry count of ${this.settings.maxRetryCount}`;
      this.#effects.push({ kind: 'park', message, reason });
      return;
    }
    this.#queueRetry(message);
  }

  #queueRetry(message: Message<E>): void {
    message.retries += 1;
    this.#buffer.addRetry(message);
  }

  /**
   * Removes a subscriber. Its messages are retried even beyond the maximum retry count: no consumer failed to process
   * them.
   */
  #remove(id: string, now: number): boolean {
    const messages = this.#subscribers.leave(id, now);
    if (messages === undefined) return false;
    for (const message of messages) this.#queueRetry(message);
    return true;
  }

  #takeEffects(now: number): readonly Effect<E>[] {
    this.#deliver(now);
    const position = this.#checkpoints.due(this.#progress, now);
    if (position !== undefined) this.#effects.push({ kind: 'checkpoint', position });
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #deliver(now: number): void {
    this.#buffer.deliver(this.#subscribers, (message, subscriber) => {
      this.#timeouts.begin(message, now);
      this.#deliveries += 1;
      this.#effects.push({ kind: 'deliver', subscriber, message });
    });
  }
}
