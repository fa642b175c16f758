import { type BatchHandler, type ProgressReport, SAVE_PASSED_MS } from '#libs/engine/consumer/batch-handler.js';
import { logMismatch, markOf, OtherLogError } from '#libs/engine/consumer/log-match.js';
import { DocumentsLostError } from '#libs/engine/documents/port/read-model.errors.js';
import {
  type Collection,
  NOTHING_PROJECTED,
  type ReadModel,
  type Versioned,
} from '#libs/engine/documents/port/read-model.js';
import type { EventStore, RecordedEvent, SubscriptionBatch } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';
import { type Skips, UnprojectableEventError, writesAfter } from './fold.js';
import { noteForeignEvents } from './foreign-events.js';
import type { LogIdentity } from './log-identity.js';
import type { Projection } from './projection.js';
import type { ProjectionMetrics } from './projection-metrics.js';
import { readSkips } from './skips.js';
import { traceLinks } from './trace-links.js';
import { type Load, WriteBehind } from './write-behind.js';

/** What writing the documents of a generation needs around it. */
export interface WriterParts {
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
  readonly readModel: ReadModel;
  readonly log: Log;
  readonly metrics: ProjectionMetrics;
  readonly identity: LogIdentity;
  /** Gets a span for each batch that is written; default: no traces. */
  readonly tracing?: Tracing | undefined;
}

/**
 * Writes the documents of one generation of a projection: loads the documents that a batch touches, folds, and writes
 * documents and checkpoint in one go. The next batches are folded while one is being written.
 */
export class GenerationWriter implements BatchHandler {
  #report: ProgressReport = { passed: () => undefined, stored: () => undefined };
  #position = NOTHING_PROJECTED;
  #savedCheckpoint = NOTHING_PROJECTED;
  #checkpointTimer: NodeJS.Timeout | undefined;
  /** The newest event of this installation that has been read. */
  #lastEvent: EventMark | undefined;
  readonly #behind = new WriteBehind((load) => this.#write(load));
  #skips: Skips = new Set();
  #events = 0;
  #startedAt = NOTHING_PROJECTED;
  #goal = NOTHING_PROJECTED;

  /**
   * @param collection holds the documents of this generation
   * @param log the identity of the log from which they are made
   */
  constructor(
    private readonly projection: Projection,
    private readonly collection: Collection<object>,
    private readonly log: string | undefined,
    private readonly parts: WriterParts,
  ) {}

  /** The newest checkpoint that is known to be stored. */
  get checkpoint(): bigint {
    return this.#savedCheckpoint;
  }

  /** How many events that concern the projection have been read since the object was made. */
  get events(): number {
    return this.#events;
  }

  /** The positions from which and to which documents are built. */
  get span(): { readonly from: bigint; readonly to: bigint } {
    return { from: this.#startedAt, to: this.#goal };
  }

  async begin(report: ProgressReport): Promise<bigint> {
    const { collection, projection } = this;
    const { eventStore, codec, readModel, identity } = this.parts;
    await this.#behind.reset();
    await readModel.prepare(collection);
    const checkpoint = await readModel.checkpoint(collection);
    if (checkpoint < this.#savedCheckpoint) throw new DocumentsLostError(collection.name);
    const lastEvent = await readModel.lastEvent(collection);
    const log = await identity.current();
    const isOther = log !== undefined && log !== this.log;
    const why = isOther
      ? `it is ${log}`
      : await logMismatch(eventStore, { streamPrefixes: codec.streams.prefixes, checkpoint, lastEvent });
    if (why !== undefined) throw new OtherLogError(`the documents of ${projection.name}`, why);
    this.#skips = await readSkips(eventStore, codec, projection.name);
    this.#report = report;
    this.#position = checkpoint;
    this.#savedCheckpoint = checkpoint;
    this.#lastEvent = lastEvent;
    if (this.#events === 0) this.#startedAt = checkpoint;
    this.#goal = await eventStore.head();
    return checkpoint;
  }

  /** An event that cannot be projected does not hold back the events before it. */
  async take(batch: SubscriptionBatch): Promise<number> {
    try {
      return await this.#fold(batch.events, batch.position);
    } catch (error) {
      if (error instanceof UnprojectableEventError) await this.#takeBefore(error.event.position, batch);
      throw error;
    }
  }

  async settled(): Promise<void> {
    await this.#behind.written();
  }

  async end(isValid: boolean): Promise<void> {
    clearTimeout(this.#checkpointTimer);
    this.#checkpointTimer = undefined;
    if (isValid) await this.#saveCheckpoint();
  }

  async #takeBefore(position: bigint, batch: SubscriptionBatch): Promise<void> {
    const events = batch.events.filter((event) => event.position < position);
    const last = events.at(-1);
    if (last !== undefined) await this.take({ events, position: last.position, caughtUp: false });
    await this.#behind.written();
  }

  /** Folds the events while those before them are written, and queues the result for writing. */
  async #fold(events: readonly RecordedEvent[], position: bigint): Promise<number> {
    const { codec, metrics, log } = this.parts;
    noteForeignEvents(events, codec, metrics, log);
    const own = events.filter(({ type }) => this.projection.stepFor(type) !== undefined);
    const writes = await writesAfter(this.projection, codec, events, this.#skips, (ids) => this.#known(ids));
    this.#events += own.length;
    const newest = events.at(-1);
    if (newest !== undefined) this.#lastEvent = markOf(newest);
    if (writes.length === 0 && this.#behind.isIdle) {
      this.#position = position;
      this.#report.passed(position);
      this.#saveCheckpointSoon();
      return own.length;
    }
    await this.#behind.add({
      writes: new Map(writes.map((write) => [write.id, write])),
      checkpoint: position,
      recordedAt: own.at(-1)?.recordedAt,
      lastEvent: this.#lastEvent,
      events: own.length,
      ...(this.parts.tracing && { traceLinks: traceLinks(own) }),
    });
    return own.length;
  }

  /** The documents as they will be when everything that is queued has been written. */
  async #known(ids: readonly string[]) {
    const ahead = new Map<string, Versioned<object>>();
    for (const id of ids) {
      const found = this.#behind.find(id);
      if (found !== undefined) ahead.set(id, found);
    }
    const others = ids.filter((id) => !ahead.has(id));
    return new Map([...(await this.parts.readModel.getMany(this.collection, others)), ...ahead]);
  }

  #write(load: Load): Promise<void> {
    const { tracing } = this.parts;
    if (tracing === undefined) return this.#apply(load);
    const { traceLinks: links = [], events } = load;
    const outline = {
      name: `project ${this.projection.name}`,
      kind: 'consumer',
      links,
      attributes: { events },
    } as const;
    return tracing.within(outline, () => this.#apply(load));
  }

  async #apply({ writes, events, traceLinks: _, ...load }: Load): Promise<void> {
    const { collection, log } = this;
    const { checkpoint } = load;
    const after = this.#savedCheckpoint;
    await this.parts.readModel.apply({ collection, log, writes: [...writes.values()], after, ...load });
    this.#savedCheckpoint = checkpoint;
    this.#position = checkpoint;
    this.parts.metrics.batch(this.projection.name, events);
    this.#report.stored(checkpoint);
  }

  #saveCheckpointSoon(): void {
    this.#checkpointTimer ??= setTimeout(() => {
      this.#checkpointTimer = undefined;
      void this.#saveCheckpoint();
    }, SAVE_PASSED_MS).unref();
  }

  /** If it cannot be saved, the same other events are read again after a restart. */
  async #saveCheckpoint(): Promise<void> {
    const { collection, log } = this;
    const [after, checkpoint, lastEvent] = [this.#savedCheckpoint, this.#position, this.#lastEvent];
    if (checkpoint <= after || !this.#behind.isIdle) return;
    try {
      await this.parts.readModel.apply({ collection, log, writes: [], after, checkpoint, lastEvent });
      if (checkpoint > this.#savedCheckpoint) this.#savedCheckpoint = checkpoint;
    } catch (err) {
      const { name } = this.projection;
      this.parts.log.warn({ err, projection: name }, 'a checkpoint could not be saved; it is saved with the next one');
    }
  }
}
