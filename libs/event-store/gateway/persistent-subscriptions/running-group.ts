import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../embedded/record.js';
import type { GatewayContext } from '../gateway-context.js';
import { type GatewayError, shuttingDown } from '../grpc-errors.js';
import { originalOf, type ResolvedEvent, resolveLink } from '../recorded-event.js';
import { ConsumerGroup } from './consumer-group.js';
import type { Effect, Incoming, Message, NackAction } from './consumer-messages.js';
import { type GroupDefinition, type GroupRecord, sourceName } from './group-definition.js';
import { maximumSubscribersReached, subscriptionDropped } from './group-errors.js';
import { type GroupReader, groupReader } from './group-reader.js';
import { Measurement } from './measurement.js';
import { ParkedMessages } from './parked-messages.js';
import { Replay } from './replay.js';

/** What a message takes in memory beside its event, in bytes. */
const MESSAGE_OVERHEAD_BYTES = 512;

/** A client's end of a subscription. */
export interface GroupSubscriber {
  /** How many messages it takes at a time. */
  readonly bufferSize: number;
  readonly peer: string;
  readonly userName: string;
  readonly connectionName: string;
  /** Must not throw. */
  deliver(event: ResolvedEvent, retries: number): void;
  /** It is out, and told why. Must not throw. */
  drop(error: GatewayError): void;
}

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

/** A subscription of a group, as the group knows it. */
export interface Joined {
  readonly subscriber: GroupSubscriber;
  readonly measurement: Measurement;
}

/** A group at work: reads the log for its consumers, hands out what they get, and parks what they give up on. */
export class RunningGroup {
  readonly joined = new Map<string, Joined>();
  readonly measurement: Measurement;
  readonly definition: GroupDefinition;
  readonly reader: GroupReader;
  /** The place of the newest event that was read. */
  lastKnown: bigint | undefined;
  #lastWritten: bigint | undefined;
  readonly #engine: ConsumerGroup<ResolvedEvent>;
  readonly #replay: Replay;
  readonly #origin: bigint;
  #checkpoint: bigint | undefined;
  #reading = false;
  /** The log has something that was not looked at yet, or may have. */
  #rung = true;
  #unfollow: (() => void) | undefined;
  /** Could not be parked; they are delivered again when time has passed. */
  readonly #notParked: Message<ResolvedEvent>[] = [];
  #failing = false;
  #stopped = false;

  constructor(
    private readonly host: GroupHost,
    { definition, origin, checkpoint }: GroupRecord,
    readonly parkedMessages: ParkedMessages,
  ) {
    const now = host.now();
    this.definition = definition;
    this.#origin = origin;
    this.reader = groupReader(host.context.log, definition.source);
    this.#replay = new Replay(parkedMessages);
    this.#checkpoint = checkpoint;
    this.#lastWritten = checkpoint;
    this.#engine = new ConsumerGroup(definition.settings, checkpoint ?? origin, now);
    this.measurement = new Measurement(now);
  }

  /** As it is to be kept now. */
  get record(): GroupRecord {
    return { definition: this.definition, origin: this.#origin, checkpoint: this.#checkpoint };
  }

  /** Everything up to this place has been read. */
  get read(): bigint {
    return this.#engine.read;
  }

  get figures() {
    return this.#engine.figures;
  }

  /** The checkpoint that is on disk; undefined: none. */
  get lastWritten(): bigint | undefined {
    return this.#lastWritten;
  }

  checkpointWritten(checkpoint: bigint | undefined): void {
    this.#lastWritten = checkpoint;
  }

  /** Takes over how far the group is; says whether that is further than its checkpoint. */
  settle(): boolean {
    const { settled } = this.#engine;
    if (settled === (this.#checkpoint ?? this.#origin)) return false;
    this.#checkpoint = settled;
    return true;
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
    if (this.joined.size === 0) this.#unfollowLog();
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
    for (const message of this.#notParked.splice(0)) this.#do(this.#engine.notParked(message, now));
    this.#do(this.#engine.tick(now));
  }

  /** How many messages are parked and not being replayed. */
  parkedCount(): Promise<bigint> {
    return this.#replay.parkedCount();
  }

  /** Delivers parked messages again: all that there are now, or those below a revision of the parked stream. */
  async replayParked(stopAt: bigint | undefined): Promise<void> {
    await this.#replay.request(stopAt);
    this.#readOn();
  }

  /** Ends the group's work; its subscribers are told why. */
  stop(error: GatewayError): void {
    this.#stopped = true;
    this.#unfollowLog();
    this.host.waitsForTime(this, false);
    for (const { subscriber } of this.joined.values()) subscriber.drop(error);
    this.joined.clear();
  }

  #follow(): void {
    if (this.#unfollow !== undefined) return;
    const { source } = this.definition;
    const stream = source.kind === 'stream' ? source.stream : undefined;
    this.#rung = true;
    const { hub } = this.host.context;
    this.#unfollow = hub.follow(stream, () => {
      this.#rung = true;
      if (hub.closed) this.stop(shuttingDown());
      else if (!this.#reading) setImmediate(() => this.#readOn());
    });
  }

  #unfollowLog(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  #do(effects: readonly Effect<ResolvedEvent>[]): void {
    if (this.#stopped) return;
    for (const effect of effects) this.#doOne(effect);
    this.host.waitsForTime(this, this.#engine.waitsForTime);
    this.#truncateParked();
    this.#readOn();
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
        void this.#park(effect.message, effect.reason);
        return;
      case 'checkpoint':
        this.#checkpoint = effect.place;
        this.host.checkpoint(this);
        return;
      case 'drop': {
        const { source, group } = this.definition;
        const dropped = this.joined.get(effect.subscriber);
        this.joined.delete(effect.subscriber);
        if (this.joined.size === 0) this.#unfollowLog();
        dropped?.subscriber.drop(subscriptionDropped(sourceName(source), group));
      }
    }
  }

  async #park(message: Message<ResolvedEvent>, reason: string): Promise<void> {
    try {
      await this.parkedMessages.park(message.event, reason, this.host.now());
    } catch (error) {
      this.#notParked.push(message);
      this.#failed(error, 'a message could not be parked: it is delivered again');
      return;
    }
    this.#failing = false;
    this.#do(this.#engine.parked(message, this.host.now()));
  }

  #truncateParked(): void {
    const before = this.#replay.settledBefore(this.#engine.firstUnsettledReplay);
    if (before === undefined) return;
    this.parkedMessages.truncate(before).catch((error: unknown) => {
      this.#warn(error, 'the parked messages that were replayed could not be removed: they may be replayed once more');
    });
  }

  /** Reads while there is room and something to read. */
  #readOn(): void {
    if (!this.#reading && this.#wantsMore()) void this.#readAll();
  }

  #wantsMore(): boolean {
    return !this.#stopped && this.#engine.room > 0 && (this.#rung || this.#replay.pending);
  }

  async #readAll(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#wantsMore()) {
        if (this.#replay.pending) await this.#readParked();
        else await this.#readLog();
        this.#failing = false;
        await new Promise(setImmediate);
      }
    } catch (error) {
      this.#rung = true;
      this.#failed(error, 'a persistent subscription could not read on: it tries again');
    } finally {
      this.#reading = false;
    }
  }

  async #readParked(): Promise<void> {
    const links = await this.#replay.next(this.#maxEvents());
    const messages: (Incoming<ResolvedEvent> & { parkedAt: bigint })[] = [];
    for (const link of links) {
      messages.push({ ...this.#incoming(await resolveLink(this.host.context.log, link)), parkedAt: link.revision });
    }
    this.#replay.taken(links);
    this.#do(this.#engine.replay(messages, this.host.now()));
  }

  async #readLog(): Promise<void> {
    const { log } = this.host.context;
    const { resolveLinks } = this.definition.settings;
    this.#rung = false;
    const { events, last, considered, exhausted } = await this.reader.after(this.#engine.read, this.#maxEvents());
    const messages: (Incoming<ResolvedEvent> & { place: bigint })[] = [];
    for (const event of events) {
      const resolved = resolveLinks ? await resolveLink(log, event) : { event };
      messages.push({ ...this.#incoming(resolved), place: this.reader.place(event) });
    }
    this.#rung ||= !exhausted;
    this.lastKnown = messages.at(-1)?.place ?? this.lastKnown;
    this.#do(this.#engine.receive({ events: messages, last, considered, live: exhausted }, this.host.now()));
  }

  #maxEvents(): number {
    return Math.min(this.#engine.room, Math.max(1, this.definition.settings.readBatchSize));
  }

  #incoming(resolved: ResolvedEvent): Incoming<ResolvedEvent> {
    const { event, link } = resolved;
    const bytes = (event?.size ?? 0) + (link?.size ?? 0) + MESSAGE_OVERHEAD_BYTES;
    const pinned = event ?? originalOf(resolved);
    const pin = this.definition.settings.strategy === 'PinnedByCorrelation' ? correlationOf(pinned) : pinned.stream;
    return { id: originalOf(resolved).id, pin, bytes, event: resolved };
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

/** The correlation id in an event's metadata; an event without one stays with its stream. */
function correlationOf(event: StoredEvent): string {
  try {
    const { $correlationId } = JSON.parse(event.metadataBytes.toString()) as { readonly $correlationId?: unknown };
    return typeof $correlationId === 'string' ? $correlationId : event.stream;
  } catch {
    return event.stream;
  }
}
