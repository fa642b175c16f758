import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  DEFAULT_BATCH_EVENTS,
  type EventFilter,
  type EventStore,
} from '#libs/engine/event-store/port/event-store.js';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { BatchHandler } from './batch-handler.js';
import {
  type ConsumerState,
  type ConsumerStatus,
  END_STATES,
  endStateOf,
  UnhandledEventError,
} from './consumer-status.js';
import { Progress } from './progress.js';

/** Counts the failures of a consumer. */
export interface FailureCounter {
  failure(consumer: string): void;
}

/** What the log says of a kind of consumer. */
export interface RunnerTexts {
  /** The field of the line that holds the consumer's name. */
  readonly field: string;
  readonly interrupted: string;
  readonly resumed: string;
  readonly stopped: string;
}

const CONSUMER_TEXTS: RunnerTexts = {
  field: 'consumer',
  interrupted: 'consumer interrupted, trying again',
  resumed: 'consumer goes on',
  stopped: 'consumer stopped',
};

/** What a runner follows, and how. */
export interface RunnerOptions {
  readonly name: string;
  /** What log lines say of it; default: texts about a consumer. */
  readonly texts?: RunnerTexts;
  readonly eventStore: EventStore;
  readonly filter: EventFilter;
  readonly log: Log;
  readonly metrics: FailureCounter;
  /** Largest batch; default {@link DEFAULT_BATCH_EVENTS}. */
  readonly maxBatch?: number;
  /**
   * How long a consumer that is live lets events gather, in milliseconds, while nobody waits for them; default: not at
   * all.
   */
  readonly restMs?: number;
  /** Whether trying again may help after an error; otherwise it ends the consumer. */
  readonly isTransient: (error: unknown) => boolean;
  /** Whether an error says that what the consumer had stored is gone. */
  readonly isLost: (error: unknown) => boolean;
  /** Is called when it has caught up. */
  readonly onLive?: () => void;
  /** Is called when it has stopped for good, or because it was told to. */
  readonly onEnd?: () => void;
}

/**
 * Follows $all from a checkpoint and gives batches to a handler, one at a time. When the handler or the store fails it
 * goes back to the checkpoint and tries again, with growing pauses, until it is stopped. An error that trying again does
 * not mend stops it for good: no event is skipped.
 */
export class ConsumerRunner {
  #state: ConsumerState = 'stopped';
  #failure: ConsumerStatus['failure'];
  #failuresInARow = 0;
  /** The connection to the event store over which the events come. */
  #connection = 0;
  #following: AbortController | undefined;
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  readonly #progress = new Progress(BEFORE_FIRST_POSITION);

  constructor(
    private readonly options: RunnerOptions,
    private readonly handler: BatchHandler,
  ) {}

  /** Every event up to and including this position has been handled. */
  get position(): bigint {
    return this.#progress.position;
  }

  /** How it is doing now. */
  status(): ConsumerStatus {
    return { state: this.#state, position: this.position, ...(this.#failure && { failure: this.#failure }) };
  }

  /** Resolves to true as soon as the position is reached, to false when the time is over first or it cannot be. */
  waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    return this.#progress.waitFor(position, timeoutMs);
  }

  /** Starts reading; does nothing when it is running. */
  start(): void {
    if (this.#running !== undefined) return;
    this.#state = 'starting';
    this.#failure = undefined;
    this.#failuresInARow = 0;
    this.#progress.resume();
    const abort = new AbortController();
    this.#running = { abort, ended: this.#run(abort.signal) };
  }

  /** Finishes the batch under way and stops. */
  async stop(): Promise<void> {
    if (this.#running === undefined) return;
    this.#running.abort.abort();
    this.#progress.end(); // it may be resting
    await this.#running.ended;
    this.#running = undefined;
    await this.handler.end(this.#state !== 'lost' && this.#state !== 'foreign');
    if (!END_STATES.has(this.#state)) this.#state = 'stopped';
  }

  /** Begins again from the checkpoint when the connection to the event store is another one: so may be its log. */
  checkConnection(): void {
    if (this.#connection !== this.options.eventStore.connectionCount) this.#following?.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !END_STATES.has(this.#state)) {
      this.#following = new AbortController();
      try {
        await this.#follow(AbortSignal.any([signal, this.#following.signal]));
      } catch (error) {
        if (this.options.isTransient(error)) await this.#waitOut(error, signal);
        else this.#fail(error);
      }
    }
    this.#progress.end();
    this.options.onEnd?.();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { eventStore, filter, maxBatch = DEFAULT_BATCH_EVENTS, restMs = 0 } = this.options;
    this.#connection = eventStore.connectionCount;
    const checkpoint = await this.#begin();
    try {
      for await (const batch of eventStore.subscribeToAll({ after: checkpoint, filter, maxBatch, signal })) {
        if (this.#connection !== eventStore.connectionCount) return;
        const taken = await this.handler.take(batch, signal);
        if (!batch.caughtUp) continue;
        await this.#caughtUp();
        if (taken > 0 && restMs > 0 && !signal.aborted) await this.#progress.whenWanted(restMs);
      }
    } finally {
      await this.handler.settled();
    }
    if (!signal.aborted) throw new EventStoreUnavailableError('the event store has ended the subscription');
  }

  async #begin(): Promise<bigint> {
    const checkpoint = await this.handler.begin({
      passed: (position) => this.#progress.moveTo(position),
      stored: (position) => {
        this.#recovered();
        this.#progress.moveTo(position);
      },
    });
    this.#progress.moveTo(checkpoint);
    this.#state = 'catchingUp';
    return checkpoint;
  }

  async #caughtUp(): Promise<void> {
    await this.handler.settled();
    this.#recovered();
    if (this.#state === 'live') return;
    this.#state = 'live';
    this.options.onLive?.();
  }

  async #waitOut(error: unknown, signal: AbortSignal): Promise<void> {
    const { name, log, metrics, texts = CONSUMER_TEXTS } = this.options;
    this.#failuresInARow += 1;
    this.#state = 'catchingUp';
    this.#failure = { message: messageOf(error) };
    if (this.#failuresInARow === 1) {
      metrics.failure(name);
      log.warn({ err: error, [texts.field]: name }, texts.interrupted);
    }
    await delay(waitAfter(this.#failuresInARow), undefined, { signal }).catch(() => undefined); // aborted: stopping
  }

  #recovered(): void {
    if (this.#failuresInARow === 0) return;
    const { name, log, texts = CONSUMER_TEXTS } = this.options;
    this.#failuresInARow = 0;
    this.#failure = undefined;
    log.info({ [texts.field]: name }, texts.resumed);
  }

  #fail(error: unknown): void {
    const { name, log, metrics, texts = CONSUMER_TEXTS } = this.options;
    const event = error instanceof UnhandledEventError ? error.event : undefined;
    this.#state = endStateOf(error, this.options.isLost);
    this.#failure = { message: messageOf(error), ...(event && { event }) };
    if (this.#state === 'foreign') return; // Whoever owns the consumer decides what happens, and logs it.
    metrics.failure(name);
    const place = event && { ...event, position: event.position.toString() };
    log.error({ err: error, [texts.field]: name, event: place }, texts.stopped);
  }
}
