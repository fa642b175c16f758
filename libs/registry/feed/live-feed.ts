import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { EVENT_STORE, LOG_IDENTITY } from '#libs/engine/runtime/tokens.js';
import { EventDecoder } from './event-decoder.js';
import { assertSameLog } from './feed.errors.js';
import type { LiveReader } from './live-reader.js';
import { LiveRun } from './live-run.js';
import type { Selection } from './selection.js';

/** How long the subscription is kept when nobody reads: a client that asks again and again finds it running. */
const LINGER_MS = 30_000;

/**
 * The newest public events, for all readers of this process: one subscription to the event store, whose events are
 * decoded once. It runs while there are readers.
 */
@Injectable()
export class LiveFeed implements OnModuleDestroy {
  #beginning: Promise<LiveRun> | undefined;
  #run: LiveRun | undefined;
  #linger: NodeJS.Timeout | undefined;
  #readers = 0;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOG_IDENTITY) private readonly identity: LogIdentity,
    private readonly decoder: EventDecoder,
  ) {}

  /**
   * Starts to read after a position. The caller must {@link leave}.
   *
   * @returns undefined: the events after the position are no longer kept, or the feed has not reached it
   * @throws EventStoreUnavailableError
   */
  async join(after: bigint, selection: Selection): Promise<LiveReader | undefined> {
    clearTimeout(this.#linger);
    this.#readers += 1;
    try {
      const run = await this.#running();
      const reader = run.join(after, selection);
      if (reader === undefined) this.#left();
      return reader;
    } catch (error) {
      this.#left();
      throw error;
    }
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** Whether the feed runs, and has the events after a position. */
  keepsAfter(position: bigint): boolean {
    return this.#run?.keepsAfter(position) === true;
  }

  leave(reader: LiveReader): void {
    reader.leave();
    this.#left();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.#linger);
    await this.#stop();
  }

  /** The run; of several readers the first begins it. */
  async #running(): Promise<LiveRun> {
    if (this.#run !== undefined) return this.#run;
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  async #begin(): Promise<LiveRun> {
    const log = await this.identity.current();
    const from = await this.store.head();
    const { streamPrefixes } = this.decoder.publicEvents;
    const run: LiveRun = new LiveRun(from, {
      batches: (signal) => this.store.subscribeToAll({ after: from, filter: { streamPrefixes }, signal }),
      decode: (recorded) => this.decoder.decode(recorded),
      mayBeSelected: (selection, type) => this.decoder.mayBeSelected(selection, type),
      check: () => assertSameLog(this.identity, log),
      ended: () => {
        if (this.#run === run) this.#run = undefined;
      },
    });
    this.#run = run;
    return run;
  }

  #left(): void {
    this.#readers -= 1;
    if (this.#readers > 0) return;
    this.#linger = setTimeout(() => void this.#stop(), LINGER_MS);
    this.#linger.unref();
  }

  async #stop(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    await run?.stop();
  }
}
