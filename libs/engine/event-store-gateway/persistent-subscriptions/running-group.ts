import { randomUUID } from 'node:crypto';
import { GatewayError, shuttingDown } from '../grpc-errors.js';
import type { ResolvedEvent } from '../resolved-event.js';
import { ConsumerGroup } from './consumer-group.js';
import type { Effect, Message, NackAction } from './consumer-group-types.js';
import { type GroupDefinition, type GroupRecord, sourceName } from './group-definition.js';
import { maximumSubscribersReached, subscriptionDropped } from './group-errors.js';
import { GroupFeed } from './group-feed.js';
import type { GroupHost, HostedGroup } from './group-host.js';
import { GroupProgress } from './group-progress.js';
import { MessageParker } from './message-parker.js';
import { ParkedReplay } from './parked-replay.js';
import type { ParkedStream } from './parked-stream.js';
import { ReadLoop } from './read-loop.js';
import type { ConnectedSubscriber, SubscriberConnection } from './subscriber-connection.js';
import { ThroughputMeter } from './throughput-meter.js';

/** A started group: reads the log, delivers to its subscribers, parks messages and writes checkpoints. */
export class RunningGroup implements HostedGroup {
  readonly connected = new Map<string, ConnectedSubscriber>();
  readonly throughput: ThroughputMeter;
  readonly definition: GroupDefinition;
  readonly feed: GroupFeed;
  readonly progress: GroupProgress;
  readonly #consumers: ConsumerGroup<ResolvedEvent>;
  readonly #replay: ParkedReplay;
  readonly #reading: ReadLoop;
  readonly #parker: MessageParker;
  #isFailing = false;
  #stopped = false;

  constructor(
    private readonly host: GroupHost,
    record: GroupRecord,
    readonly parkedStream: ParkedStream,
  ) {
    const now = host.now();
    const { definition, origin, checkpoint } = record;
    this.definition = definition;
    this.progress = new GroupProgress(record);
    this.feed = new GroupFeed(host.context, definition);
    this.#reading = new ReadLoop({
      wantsMore: () =>
        !this.#stopped && this.#consumers.freeBufferSlots > 0 && (this.feed.mayHaveMore || this.#replay.pending),
      readPage: () => this.#readPage(),
      failed: (error) => this.#readFailed(error),
    });
    this.#replay = new ParkedReplay(parkedStream);
    this.#parker = new MessageParker(parkedStream);
    this.#consumers = new ConsumerGroup(definition.settings, checkpoint ?? origin, now);
    this.throughput = new ThroughputMeter(now);
  }

  /** Position up to which everything has been read. */
  get lastRead(): bigint {
    return this.#consumers.read;
  }

  get statistics() {
    return this.#consumers.statistics;
  }

  /** Moves the checkpoint to what is settled. Returns whether it changed. */
  advanceProgress(): boolean {
    return this.progress.advanceTo(this.#consumers.settled);
  }

  /** Adds a subscriber; returns its id. @throws GatewayError the maximum number of subscribers is reached */
  join(connection: SubscriberConnection): string {
    const { settings, source, group } = this.definition;
    if (settings.maxSubscriberCount > 0 && this.connected.size >= settings.maxSubscriberCount) {
      throw maximumSubscribersReached(sourceName(source), group);
    }
    const id = randomUUID();
    const now = this.host.now();
    this.connected.set(id, { connection, throughput: new ThroughputMeter(now) });
    this.#follow();
    this.#apply(this.#consumers.join(id, connection.bufferSize, now));
    return id;
  }

  leave(id: string): void {
    if (!this.connected.delete(id)) return;
    if (this.connected.size === 0) this.feed.unfollow();
    this.#apply(this.#consumers.leave(id, this.host.now()));
  }

  ack(id: string, ids: readonly string[]): void {
    this.#apply(this.#consumers.ack(id, ids, this.host.now()));
  }

  nack(id: string, ids: readonly string[], action: NackAction, reason: string): void {
    this.#apply(this.#consumers.nack(id, ids, action, reason, this.host.now()));
  }

  tick(): void {
    const now = this.host.now();
    for (const message of this.#parker.takeFailed()) this.#apply(this.#consumers.parkingFailed(message, now));
    this.#apply(this.#consumers.tick(now));
  }

  /** Number of parked messages that are not being replayed. */
  parkedCount(): Promise<bigint> {
    return this.#replay.parkedCount();
  }

  /**
   * Replays all parked messages, or those below a revision of the parked stream. A message for which a consumer has
   * just sent a nack with `park` is included.
   */
  async replayParked(stopAt: bigint | undefined): Promise<void> {
    await this.#parker.drainWithNacksInTransit();
    await this.#replay.request(stopAt);
    this.#reading.run();
  }

  /** Resolves when all messages to park are on disk, or could not be written. */
  drainParking(): Promise<void> {
    return this.#parker.drain();
  }

  /** Stops the group and ends its subscriptions with an error. */
  stop(error: GatewayError): void {
    this.#stopped = true;
    this.feed.unfollow();
    this.host.setNeedsTick(this, false);
    for (const { connection } of this.connected.values()) connection.drop(error);
    this.connected.clear();
  }

  #follow(): void {
    this.feed.follow(() => {
      if (this.host.context.notifier.closed) this.stop(shuttingDown());
      else this.#reading.runSoon();
    });
  }

  #apply(effects: readonly Effect<ResolvedEvent>[]): void {
    if (this.#stopped) return;
    for (const effect of effects) this.#applyOne(effect);
    this.host.setNeedsTick(this, this.#consumers.needsTick);
    this.#truncateParked();
    this.#reading.run();
  }

  #applyOne(effect: Effect<ResolvedEvent>): void {
    switch (effect.kind) {
      case 'deliver': {
        const { connection, throughput } = this.connected.get(effect.subscriber) ?? {};
        this.throughput.count();
        throughput?.count();
        connection?.deliver(effect.message.event, effect.message.retries);
        return;
      }
      case 'park':
        this.#park(effect.message, effect.reason);
        return;
      case 'checkpoint':
        this.progress.advanceTo(effect.position);
        this.host.checkpoint(this);
        return;
      case 'drop': {
        const { source, group } = this.definition;
        const dropped = this.connected.get(effect.subscriber);
        this.connected.delete(effect.subscriber);
        if (this.connected.size === 0) this.feed.unfollow();
        dropped?.connection.drop(subscriptionDropped(sourceName(source), group));
      }
    }
  }

  #park(message: Message<ResolvedEvent>, reason: string): void {
    this.#parker.park(message, reason, this.host.now(), (error) => {
      if (error !== undefined) {
        this.#retryLater(error, 'a message could not be parked: it is delivered again');
        return;
      }
      this.#isFailing = false;
      this.#apply(this.#consumers.parked(message, this.host.now()));
    });
  }

  #truncateParked(): void {
    const before = this.#replay.truncationPoint(this.#consumers.firstUnsettledReplay);
    if (before === undefined) return;
    this.parkedStream.truncate(before).catch((error: unknown) => {
      this.#warn(error, 'the parked stream could not be truncated after a replay: its messages may be replayed again');
    });
  }

  async #readPage(): Promise<void> {
    if (this.#replay.pending) await this.#readParked();
    else await this.#readLog();
    this.#isFailing = false;
  }

  #readFailed(error: unknown): void {
    if (error instanceof GatewayError) this.#dropAll(error);
    else this.#retryLater(error, 'a persistent subscription could not read its source: it tries again');
  }

  /**
   * The error would recur at every read: the subscribers are dropped, and the next subscriber makes the group try
   * again.
   */
  #dropAll(error: GatewayError): void {
    this.#warn(error, 'a persistent subscription could not read its source: its subscribers are dropped');
    for (const [id, { connection }] of [...this.connected]) {
      connection.drop(error);
      this.leave(id);
    }
  }

  async #readParked(): Promise<void> {
    const page = await this.#replay.readPage(this.#maxEvents());
    const messages = await this.feed.resolveParked(page.links);
    this.#replay.markRead(page);
    this.#apply(this.#consumers.replay(messages, this.host.now()));
  }

  async #readLog(): Promise<void> {
    const batch = await this.feed.readAfter(this.#consumers.read, this.#maxEvents());
    this.#apply(this.#consumers.receive(batch, this.host.now()));
  }

  #maxEvents(): number {
    return Math.min(this.#consumers.freeBufferSlots, Math.max(1, this.definition.settings.readBatchSize));
  }

  /** Lets the next tick try again. A series of failures is logged once. */
  #retryLater(error: unknown, text: string): void {
    if (this.#stopped) return;
    this.host.setNeedsTick(this, true);
    if (!this.#isFailing) this.#warn(error, text);
    this.#isFailing = true;
  }

  #warn(error: unknown, text: string): void {
    const { source, group } = this.definition;
    this.host.context.logger.warn({ stream: sourceName(source), group, error }, text);
  }
}
