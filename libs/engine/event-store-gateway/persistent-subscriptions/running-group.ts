import { randomUUID } from 'node:crypto';
import type { GatewayContext } from '../gateway-context.js';
import { GatewayError, shuttingDown } from '../grpc-errors.js';
import type { ResolvedEvent } from '../recorded-event.js';
import { ConsumerGroup } from './consumer-group.js';
import type { Effect, Message, NackAction } from './consumer-messages.js';
import { type GroupDefinition, type GroupRecord, sourceName } from './group-definition.js';
import { maximumSubscribersReached, subscriptionDropped } from './group-errors.js';
import { GroupFeed } from './group-feed.js';
import { GroupProgress } from './group-progress.js';
import type { GroupSubscriber, Joined } from './group-subscriber.js';
import { Measurement } from './measurement.js';
import type { ParkedMessages } from './parked-messages.js';
import { Parking } from './parking.js';
import { ReadLoop } from './read-loop.js';
import { Replay } from './replay.js';

/** What a running group asks of the whole that it is part of. */
export interface GroupHost {
  readonly context: GatewayContext;
  /** The time, in milliseconds since 1970. */
  now(): number;
  /** A checkpoint is to be written. */
  checkpoint(group: RunningGroup): void;
  /** Whether the group wants to be told that time passes. */
  waitsForTime(group: RunningGroup, waits: boolean): void;
}

/** A group at work: reads the log for its consumers, hands out what they get, and parks what they give up on. */
export class RunningGroup {
  readonly joined = new Map<string, Joined>();
  readonly measurement: Measurement;
  readonly definition: GroupDefinition;
  readonly feed: GroupFeed;
  readonly progress: GroupProgress;
  readonly #engine: ConsumerGroup<ResolvedEvent>;
  readonly #replay: Replay;
  readonly #reading: ReadLoop;
  /** What could not be parked is delivered again when time has passed. */
  readonly #parking: Parking;
  #failing = false;
  #stopped = false;

  constructor(
    private readonly host: GroupHost,
    record: GroupRecord,
    readonly parkedMessages: ParkedMessages,
  ) {
    const now = host.now();
    const { definition, origin, checkpoint } = record;
    this.definition = definition;
    this.progress = new GroupProgress(record);
    this.feed = new GroupFeed(host.context, definition);
    this.#reading = new ReadLoop({
      wantsMore: () => !this.#stopped && this.#engine.room > 0 && (this.feed.hasMore || this.#replay.pending),
      readPage: () => this.#readPage(),
      failed: (error) => this.#readFailed(error),
    });
    this.#replay = new Replay(parkedMessages);
    this.#parking = new Parking(parkedMessages);
    this.#engine = new ConsumerGroup(definition.settings, checkpoint ?? origin, now);
    this.measurement = new Measurement(now);
  }

  /** Everything up to this place has been read. */
  get read(): bigint {
    return this.#engine.read;
  }

  get figures() {
    return this.#engine.figures;
  }

  /** Takes over how far the group is; says whether that is further than its checkpoint. */
  settle(): boolean {
    return this.progress.settle(this.#engine.settled);
  }

  /** Takes a subscriber in; answers by which name it acknowledges and leaves. @throws GatewayError there are too many */
  join(subscriber: GroupSubscriber): string {
    const { settings, source, group } = this.definition;
    if (settings.maxSubscriberCount > 0 && this.joined.size >= settings.maxSubscriberCount) {
      throw maximumSubscribersReached(sourceName(source), group);
    }
    const id = randomUUID();
    const now = this.host.now();
    this.joined.set(id, { subscriber, measurement: new Measurement(now) });
    this.#follow();
    this.#do(this.#engine.join(id, subscriber.bufferSize, now));
    return id;
  }

  leave(id: string): void {
    if (!this.joined.delete(id)) return;
    if (this.joined.size === 0) this.feed.unfollow();
    this.#do(this.#engine.leave(id, this.host.now()));
  }

  ack(id: string, ids: readonly string[]): void {
    this.#do(this.#engine.ack(id, ids, this.host.now()));
  }

  nack(id: string, ids: readonly string[], action: NackAction, reason: string): void {
    this.#do(this.#engine.nack(id, ids, action, reason, this.host.now()));
  }

  tick(): void {
    const now = this.host.now();
    for (const message of this.#parking.takeFailed()) this.#do(this.#engine.notParked(message, now));
    this.#do(this.#engine.tick(now));
  }

  /** How many messages are parked and not being replayed. */
  parkedCount(): Promise<bigint> {
    return this.#replay.parkedCount();
  }

  /**
   * Delivers parked messages again: all that there are now, or those below a revision of the parked stream. A consumer
   * that has just refused a message for good, and asks for a replay, gets that message too.
   */
  async replayParked(stopAt: bigint | undefined): Promise<void> {
    await this.#parking.doneWithWhatWasSent();
    await this.#replay.request(stopAt);
    this.#reading.run();
  }

  /** Resolves when all that is to be parked is on disk, or has failed to get there. */
  parkingDone(): Promise<void> {
    return this.#parking.done();
  }

  /** Ends the group's work; its subscribers are told why. */
  stop(error: GatewayError): void {
    this.#stopped = true;
    this.feed.unfollow();
    this.host.waitsForTime(this, false);
    for (const { subscriber } of this.joined.values()) subscriber.drop(error);
    this.joined.clear();
  }

  #follow(): void {
    this.feed.follow(() => {
      if (this.host.context.hub.closed) this.stop(shuttingDown());
      else this.#reading.runSoon();
    });
  }

  #do(effects: readonly Effect<ResolvedEvent>[]): void {
    if (this.#stopped) return;
    for (const effect of effects) this.#doOne(effect);
    this.host.waitsForTime(this, this.#engine.waitsForTime);
    this.#truncateParked();
    this.#reading.run();
  }

  #doOne(effect: Effect<ResolvedEvent>): void {
    switch (effect.kind) {
      case 'deliver': {
        const { subscriber, measurement } = this.joined.get(effect.subscriber) ?? {};
        this.measurement.count();
        measurement?.count();
        subscriber?.deliver(effect.message.event, effect.message.retries);
        return;
      }
      case 'park':
        this.#park(effect.message, effect.reason);
        return;
      case 'checkpoint':
        this.progress.settle(effect.place);
        this.host.checkpoint(this);
        return;
      case 'drop': {
        const { source, group } = this.definition;
        const dropped = this.joined.get(effect.subscriber);
        this.joined.delete(effect.subscriber);
        if (this.joined.size === 0) this.feed.unfollow();
        dropped?.subscriber.drop(subscriptionDropped(sourceName(source), group));
      }
    }
  }

  #park(message: Message<ResolvedEvent>, reason: string): void {
    this.#parking.begin(message, reason, this.host.now(), (error) => {
      if (error !== undefined) {
        this.#failed(error, 'a message could not be parked: it is delivered again');
        return;
      }
      this.#failing = false;
      this.#do(this.#engine.parked(message, this.host.now()));
    });
  }

  #truncateParked(): void {
    const before = this.#replay.settledBefore(this.#engine.firstUnsettledReplay);
    if (before === undefined) return;
    this.parkedMessages.truncate(before).catch((error: unknown) => {
      this.#warn(error, 'the parked messages that were replayed could not be removed: they may be replayed once more');
    });
  }

  async #readPage(): Promise<void> {
    if (this.#replay.pending) await this.#readParked();
    else await this.#readLog();
    this.#failing = false;
  }

  #readFailed(error: unknown): void {
    if (error instanceof GatewayError) this.#dropAll(error);
    else this.#failed(error, 'a persistent subscription could not read on: it tries again');
  }

  /** Reading fails in the same way whenever it is tried: the subscribers hear of it, and it is tried for the next one. */
  #dropAll(error: GatewayError): void {
    this.#warn(error, 'a persistent subscription could not read on: its subscribers are dropped');
    for (const [id, { subscriber }] of [...this.joined]) {
      subscriber.drop(error);
      this.leave(id);
    }
  }

  async #readParked(): Promise<void> {
    const page = await this.#replay.next(this.#maxEvents());
    const messages = await this.feed.parked(page.links);
    this.#replay.taken(page);
    this.#do(this.#engine.replay(messages, this.host.now()));
  }

  async #readLog(): Promise<void> {
    const batch = await this.feed.after(this.#engine.read, this.#maxEvents());
    this.#do(this.#engine.receive(batch, this.host.now()));
  }

  #maxEvents(): number {
    return Math.min(this.#engine.room, Math.max(1, this.definition.settings.readBatchSize));
  }

  /** Something is tried again when time has passed; it is told once, until something succeeds. */
  #failed(error: unknown, text: string): void {
    if (this.#stopped) return;
    this.host.waitsForTime(this, true);
    if (!this.#failing) this.#warn(error, text);
    this.#failing = true;
  }

  #warn(error: unknown, text: string): void {
    const { source, group } = this.definition;
    this.host.context.logger.warn({ stream: sourceName(source), group, error }, text);
  }
}
