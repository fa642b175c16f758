import { setTimeout as delay } from 'node:timers/promises';
import { DocumentsLostError } from '#libs/engine/documents/port/read-model.errors.js';
import {
  type Collection,
  type EventMark,
  NOTHING_PROJECTED,
  type ReadModel,
  type Versioned,
} from '#libs/engine/documents/port/read-model.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore, RecordedEvent, SubscriptionBatch } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import type { Way } from './fill-progress.js';
import { type Skips, UnprojectableEventError, writesAfter } from './fold.js';
import { noteForeignEvents } from './foreign-events.js';
import { logMismatch, OtherLogError } from './log-check.js';
import type { LogIdentity } from './log-identity.js';
import { isOutage } from './outage.js';
import { Progress } from './progress.js';
import type { Projection } from './projection.js';
import type { ProjectionMetrics } from './projection-metrics.js';
import { END_STATES, endStateOf, type RunnerListener, type RunnerState, type RunnerStatus } from './runner-status.js';
import { readSkips } from './skips.js';
import { traceLinks } from './trace-links.js';
import { type Load, WriteBehind } from './write-behind.js';

/** What a runner needs around it. */
export interface RunnerParts {
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
  readonly readModel: ReadModel;
  readonly log: Log;
  readonly metrics: ProjectionMetrics;
  readonly identity: LogIdentity;
  /** Where each batch that is written gets a span; default: nowhere. */
  readonly tracing?: Tracing | undefined;
}

/** A checkpoint that moved past foreign events only is saved at most so often: losing it costs reading them again. */
const CHECKPOINT_INTERVAL_MS = 1_000;

/**
 * How long a projection that has caught up lets events gather while nobody waits for them: each batch costs a commit,
 * and the disk that the events go to may be the same.
 */
const REST_MS = 20;

/** Large enough that a batch's fixed costs vanish, small enough that its documents are a few mebibytes. */
const MAX_BATCH_EVENTS = 1_000;

/**
 * Keeps the documents of one generation of a projection up to date: reads a batch of events after the checkpoint,
 * loads the documents it touches, folds, writes once, and again; the next batches are folded while one is being written.
 * When a store fails it goes back to the checkpoint and tries again until it is stopped. An event that cannot be
 * projected stops it for good: nothing is skipped.
 */
export class GenerationRunner {
  private readonly progress = new Progress(NOTHING_PROJECTED);
  private state: RunnerState = 'stopped';
  private failure: RunnerStatus['failure'];
  private failuresInARow = 0;
  private savedCheckpoint = NOTHING_PROJECTED;
  private checkpointTimer: NodeJS.Timeout | undefined;
  private running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  /** The newest of Appledger's events that have been read. */
  private lastEvent: EventMark | undefined;
  /** Over which connection the events come. */
  private connection = 0;
  private following: AbortController | undefined;
  private readonly behind = new WriteBehind((load) => this.write(load));
  private skips: Skips = new Set();
  private eventsRead = 0;
  private startedAt = NOTHING_PROJECTED;
  private goal = NOTHING_PROJECTED;

  /**
   * @param collection where this generation's documents are
   * @param log the identity of the log that they come from
   */
  constructor(
    private readonly projection: Projection,
    private readonly collection: Collection<object>,
    private readonly log: string | undefined,
    private readonly parts: RunnerParts,
    private readonly listener: RunnerListener = { live: () => undefined, ended: () => undefined },
  ) {}

  /** Every event up to and including this position is in the documents. */
  get position(): bigint {
    return this.progress.position;
  }

  /** The newest checkpoint that is known to be stored. */
  get checkpoint(): bigint {
    return this.savedCheckpoint;
  }

  /** How many events it has read since it was made. */
  get events(): number {
    return this.eventsRead;
  }

  /** Where it has come from, and where it is going. */
  way(): Omit<Way, 'elapsedMs'> {
    return { from: this.startedAt, to: this.goal, now: this.position, events: this.eventsRead };
  }

  /** How it is doing now. */
  status(): RunnerStatus {
    const { state, failure, position } = this;
    return { state, position, ...(failure && { failure }) };
  }

  /** Resolves to true as soon as the position is reached, to false when the time is over first or it cannot be. */
  waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    return this.progress.waitFor(position, timeoutMs);
  }

  /** Starts reading; does nothing when it is running. */
  start(): void {
    if (this.running !== undefined) return;
    this.state = 'starting';
    this.failure = undefined;
    this.failuresInARow = 0;
    this.progress.resume();
    const abort = new AbortController();
    this.running = { abort, ended: this.run(abort.signal) };
  }

  /** Finishes the batch under way and stops. */
  async stop(): Promise<void> {
    if (this.running === undefined) return;
    this.running.abort.abort();
    this.progress.end(); // it may be resting
    await this.running.ended;
    this.running = undefined;
    clearTimeout(this.checkpointTimer);
    this.checkpointTimer = undefined;
    if (this.state !== 'lost' && this.state !== 'foreign') await this.saveCheckpoint();
    if (!END_STATES.has(this.state)) this.state = 'stopped';
  }

  /** When the connection to the event store has been made anew, looks whether the same log is behind it. */
  checkConnection(): void {
    if (this.connection !== this.parts.eventStore.connectionCount) this.following?.abort();
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !END_STATES.has(this.state)) {
      this.following = new AbortController();
      try {
        await this.follow(AbortSignal.any([signal, this.following.signal]));
      } catch (error) {
        if (isOutage(error)) await this.waitOut(error, signal);
        else this.fail(error);
      }
    }
    this.progress.end();
    this.listener.ended();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { eventStore } = this.parts;
    this.connection = eventStore.connectionCount;
    const checkpoint = await this.begin();
    const filter = { streamPrefixes: this.parts.codec.streams.prefixes };
    const batches = eventStore.subscribeToAll({ after: checkpoint, filter, maxBatch: MAX_BATCH_EVENTS, signal });
    try {
      for await (const batch of batches) {
        if (this.connection !== eventStore.connectionCount) return;
        const concerned = await this.takeWhatCanBe(batch);
        if (!batch.caughtUp) continue;
        await this.caughtUp();
        if (concerned > 0 && !signal.aborted) await this.progress.whenWanted(REST_MS);
      }
    } finally {
      await this.behind.written();
    }
    if (!signal.aborted) throw new EventStoreUnavailableError('the event store has ended the subscription');
  }

  /**
   * Finds out where to go on.
   *
   * @returns the checkpoint
   * @throws DocumentsLostError, OtherLogError
   */
  private async begin(): Promise<bigint> {
    const { collection, projection } = this;
    const { eventStore, codec, readModel, identity } = this.parts;
    await this.behind.reset();
    await readModel.prepare(collection);
    const checkpoint = await readModel.checkpoint(collection);
    if (checkpoint < this.savedCheckpoint) throw new DocumentsLostError(collection.name);
    const lastEvent = await readModel.lastEvent(collection);
    const log = await identity.current();
    const isOther = log !== undefined && log !== this.log;
    const { prefixes: streamPrefixes } = codec.streams;
    const place = { streamPrefixes, checkpoint, lastEvent };
    const why = isOther ? `it is ${log}` : await logMismatch(eventStore, place);
    if (why !== undefined) throw new OtherLogError(projection.name, why);
    this.skips = await readSkips(eventStore, codec, projection.name);
    this.savedCheckpoint = checkpoint;
    this.lastEvent = lastEvent;
    this.progress.moveTo(checkpoint);
    if (this.eventsRead === 0) this.startedAt = checkpoint;
    this.goal = await eventStore.head();
    this.state = 'catchingUp';
    return checkpoint;
  }

  /** An event that cannot be projected does not hold back those before it. Answers how many events were concerned. */
  private async takeWhatCanBe(batch: SubscriptionBatch): Promise<number> {
    try {
      return await this.take(batch.events, batch.position);
    } catch (error) {
      if (error instanceof UnprojectableEventError) await this.takeBefore(error.event.position, batch);
      throw error;
    }
  }

  private async takeBefore(position: bigint, batch: SubscriptionBatch): Promise<void> {
    const events = batch.events.filter((event) => event.position < position);
    const last = events.at(-1);
    if (last !== undefined) await this.takeWhatCanBe({ events, position: last.position, caughtUp: false });
    await this.behind.written();
  }

  /** Folds the events while those before them are written, then lets them be written in turn. */
  private async take(events: readonly RecordedEvent[], position: bigint): Promise<number> {
    const { codec, metrics, log } = this.parts;
    noteForeignEvents(events, codec, metrics, log);
    const own = events.filter(({ type }) => this.projection.stepFor(type) !== undefined);
    const writes = await writesAfter(this.projection, codec, events, this.skips, (ids) => this.known(ids));
    this.eventsRead += own.length;
    this.lastEvent = markOf(events.at(-1)) ?? this.lastEvent;
    if (writes.length === 0 && this.behind.isIdle) {
      this.progress.moveTo(position);
      this.saveCheckpointSoon();
      return own.length;
    }
    await this.behind.add({
      writes: new Map(writes.map((write) => [write.id, write])),
      checkpoint: position,
      recordedAt: own.at(-1)?.recordedAt,
      lastEvent: this.lastEvent,
      events: own.length,
      ...(this.parts.tracing && { traceLinks: traceLinks(own) }),
    });
    return own.length;
  }

  /** The documents as they will be when everything that is on its way has been written. */
  private async known(ids: readonly string[]) {
    const { behind, collection } = this;
    const ahead = new Map<string, Versioned<object>>();
    for (const id of ids) {
      const found = behind.find(id);
      if (found !== undefined) ahead.set(id, found);
    }
    const others = ids.filter((id) => !ahead.has(id));
    return new Map([...(await this.parts.readModel.getMany(collection, others)), ...ahead]);
  }

  private write(load: Load): Promise<void> {
    const { tracing } = this.parts;
    if (tracing === undefined) return this.apply(load);
    const { traceLinks: links = [], events } = load;
    const outline = {
      name: `project ${this.projection.name}`,
      kind: 'consumer',
      links,
      attributes: { events },
    } as const;
    return tracing.within(outline, () => this.apply(load));
  }

  private async apply({ writes, events, traceLinks: _, ...load }: Load): Promise<void> {
    const { collection, log, savedCheckpoint: after } = this;
    const { checkpoint } = load;
    await this.parts.readModel.apply({ collection, log, writes: [...writes.values()], after, ...load });
    this.savedCheckpoint = checkpoint;
    this.parts.metrics.batch(this.projection.name, events);
    this.recovered();
    this.progress.moveTo(checkpoint);
  }

  private async caughtUp(): Promise<void> {
    await this.behind.written();
    this.recovered();
    if (this.state === 'live') return;
    this.state = 'live';
    this.listener.live();
  }

  private saveCheckpointSoon(): void {
    this.checkpointTimer ??= setTimeout(() => {
      this.checkpointTimer = undefined;
      void this.saveCheckpoint();
    }, CHECKPOINT_INTERVAL_MS).unref();
  }

  /** A checkpoint that is not saved does no harm: the same foreign events are read again after a restart. */
  private async saveCheckpoint(): Promise<void> {
    const { collection, log, lastEvent, savedCheckpoint: after, position: checkpoint } = this;
    if (checkpoint <= after || !this.behind.isIdle) return;
    try {
      await this.parts.readModel.apply({ collection, log, writes: [], after, checkpoint, lastEvent });
      if (checkpoint > this.savedCheckpoint) this.savedCheckpoint = checkpoint;
    } catch (err) {
      const { name } = this.projection;
      this.parts.log.warn({ err, projection: name }, 'a checkpoint could not be saved; it is saved with the next one');
    }
  }

  private async waitOut(error: Error, signal: AbortSignal): Promise<void> {
    this.failuresInARow += 1;
    this.state = 'catchingUp';
    this.failure = { message: error.message };
    if (this.failuresInARow === 1) {
      this.parts.metrics.failure(this.projection.name);
      this.parts.log.warn({ err: error, projection: this.projection.name }, 'projection interrupted, trying again');
    }
    await delay(waitAfter(this.failuresInARow), undefined, { signal }).catch(() => undefined); // aborted: stopping
  }

  private recovered(): void {
    if (this.failuresInARow === 0) return;
    this.failuresInARow = 0;
    this.failure = undefined;
    this.parts.log.info({ projection: this.projection.name }, 'projection goes on');
  }

  private fail(error: unknown): void {
    const event = error instanceof UnprojectableEventError ? error.event : undefined;
    this.state = endStateOf(error);
    this.failure = { message: messageOf(error), ...(event && { event }) };
    if (this.state === 'foreign') return; // The keeper says what becomes of it.
    this.parts.metrics.failure(this.projection.name);
    const place = event && { ...event, position: event.position.toString() };
    this.parts.log.error({ err: error, projection: this.projection.name, event: place }, 'projection stopped');
  }
}

function markOf(event: RecordedEvent | undefined): EventMark | undefined {
  if (event === undefined) return undefined;
  const { id, stream, revision, position } = event;
  return { id, stream, revision, position };
}
