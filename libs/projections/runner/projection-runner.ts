import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreUnavailableError } from '#libs/event-store/port/event-store.errors.js';
import { type EventStore, type SubscriptionBatch } from '#libs/event-store/port/event-store.js';
import { waitAfter } from '#libs/kernel/back-off.js';
import type { Log } from '#libs/platform/logger.js';
import { NOTHING_PROJECTED, type ReadModel, ReadModelUnavailableError } from '#libs/read-model/port/read-model.js';
import type { Projection } from '../projection.js';
import { type EventPlace, fold, touchesOf, UnprojectableEventError } from './fold.js';
import { Progress } from './progress.js';

/** What a runner needs around it. */
export interface RunnerParts {
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  readonly log: Log;
}

export type RunnerState = 'starting' | 'catchingUp' | 'live' | 'stopped' | 'failed';

/** How a projection is doing. */
export interface RunnerStatus {
  readonly name: string;
  readonly state: RunnerState;
  /** Every event up to and including this position is in the documents. */
  readonly position: bigint;
  /** Why it has failed for good, or what it is waiting out now. */
  readonly failure?: { readonly message: string; readonly event?: EventPlace };
}

/** A checkpoint that moved past foreign events only is saved at most so often: losing it costs reading them again. */
const CHECKPOINT_INTERVAL_MS = 1_000;

/**
 * Keeps the documents of one projection up to date: reads a batch of events after the checkpoint, loads the documents
 * it touches, folds, writes once, and again. When a store fails it goes back to the checkpoint and tries again until it
 * is stopped. An event that cannot be projected stops it for good: nothing is skipped.
 */
export class ProjectionRunner {
  private readonly progress = new Progress(NOTHING_PROJECTED);
  private state: RunnerState = 'stopped';
  private failure: RunnerStatus['failure'];
  private failuresInARow = 0;
  private savedCheckpoint = NOTHING_PROJECTED;
  private checkpointTimer: NodeJS.Timeout | undefined;
  private running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(
    private readonly projection: Projection,
    private readonly parts: RunnerParts,
  ) {}

  /** Every event up to and including this position is in the documents. */
  get position(): bigint {
    return this.progress.position;
  }

  /** How the projection is doing now. */
  status(): RunnerStatus {
    const { state, failure, position } = this;
    return { name: this.projection.name, state, position, ...(failure && { failure }) };
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
    await this.running.ended;
    this.running = undefined;
    clearTimeout(this.checkpointTimer);
    this.checkpointTimer = undefined;
    await this.saveCheckpoint();
    if (this.state !== 'failed') this.state = 'stopped';
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.state !== 'failed') {
      try {
        await this.follow(signal);
      } catch (error) {
        if (isPassing(error)) await this.waitOut(error, signal);
        else this.fail(error);
      }
    }
    this.progress.end();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { eventStore, readModel } = this.parts;
    const checkpoint = await readModel.checkpoint(this.projection.name);
    const head = await eventStore.head();
    if (checkpoint > head) throw new Error(this.aheadMessage(checkpoint, head));
    this.savedCheckpoint = checkpoint;
    this.progress.moveTo(checkpoint);
    this.state = 'catchingUp';
    const filter = { streamPrefixes: this.projection.streamPrefixes };
    for await (const batch of eventStore.subscribeToAll({ after: checkpoint, filter, signal })) {
      const written = await this.takeWhatCanBe(batch);
      this.progress.moveTo(batch.position);
      if (batch.caughtUp) this.state = 'live';
      if (written || batch.caughtUp) this.recovered();
    }
    if (!signal.aborted) throw new EventStoreUnavailableError('the event store has ended the subscription');
  }

  /** An event that cannot be projected does not hold back those before it. */
  private async takeWhatCanBe(batch: SubscriptionBatch): Promise<boolean> {
    try {
      return await this.take(batch);
    } catch (error) {
      if (error instanceof UnprojectableEventError) await this.takeBefore(error.event.position, batch);
      throw error;
    }
  }

  private async takeBefore(position: bigint, batch: SubscriptionBatch): Promise<void> {
    const events = batch.events.filter((event) => event.position < position);
    const last = events.at(-1);
    if (last === undefined) return;
    await this.takeWhatCanBe({ events, position: last.position, caughtUp: false });
    this.progress.moveTo(last.position);
  }

  /** Projects the batch. Answers whether anything was written. */
  private async take(batch: SubscriptionBatch): Promise<boolean> {
    const touches = touchesOf(this.projection, batch.events);
    if (touches.length === 0) {
      this.saveCheckpointSoon();
      return false;
    }
    const { collection, name } = this.projection;
    const ids = [...new Set(touches.map(({ id }) => id))];
    const known = await this.parts.readModel.getMany(collection, ids);
    const writes = fold(touches, known);
    await this.parts.readModel.apply({ projection: name, collection, writes, checkpoint: batch.position });
    this.savedCheckpoint = batch.position;
    return true;
  }

  private saveCheckpointSoon(): void {
    this.checkpointTimer ??= setTimeout(() => {
      this.checkpointTimer = undefined;
      void this.saveCheckpoint();
    }, CHECKPOINT_INTERVAL_MS).unref();
  }

  /** A checkpoint that is not saved does no harm: the same foreign events are read again after a restart. */
  private async saveCheckpoint(): Promise<void> {
    const checkpoint = this.position;
    if (checkpoint <= this.savedCheckpoint) return;
    const { collection, name } = this.projection;
    try {
      await this.parts.readModel.apply({ projection: name, collection, writes: [], checkpoint });
      this.savedCheckpoint = checkpoint;
    } catch (err) {
      this.parts.log.warn({ err, projection: name }, 'a checkpoint could not be saved; it is saved with the next one');
    }
  }

  private async waitOut(error: Error, signal: AbortSignal): Promise<void> {
    this.failuresInARow += 1;
    this.state = 'catchingUp';
    this.failure = { message: error.message };
    if (this.failuresInARow === 1) {
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
    const message = error instanceof Error ? error.message : String(error);
    const event = error instanceof UnprojectableEventError ? error.event : undefined;
    this.state = 'failed';
    this.failure = { message, ...(event && { event }) };
    const place = event && { ...event, position: event.position.toString() };
    this.parts.log.error({ err: error, projection: this.projection.name, event: place }, 'projection stopped');
  }

  private aheadMessage(checkpoint: bigint, head: bigint): string {
    return (
      `the checkpoint of projection ${this.projection.name} (${checkpoint}) is beyond the newest event (${head}): ` +
      'the event store has been replaced, or restored from a backup, and the documents are of another one. Delete ' +
      'the read model while Appledger is stopped: it is built again from the events at the next start.'
    );
  }
}

function isPassing(error: unknown): error is Error {
  return error instanceof ReadModelUnavailableError || error instanceof EventStoreUnavailableError;
}
