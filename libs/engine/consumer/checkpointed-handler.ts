import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type SubscriptionBatch,
} from '#libs/engine/event-store/port/event-store.js';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import { type BatchHandler, type ProgressReport, SAVE_PASSED_MS } from './batch-handler.js';
import { CheckpointLostError } from './checkpoint-store.js';
import type { Consumer } from './consumer.js';
import { logMismatch, markOf, OtherLogError } from './log-match.js';

/** Gives each batch to a consumer, and saves its checkpoint when the batch has been handled. */
export class CheckpointedHandler implements BatchHandler {
  #report: ProgressReport | undefined;
  #position = BEFORE_FIRST_POSITION;
  #savedPosition = BEFORE_FIRST_POSITION;
  #savedAt = 0;
  #lastEvent: EventMark | undefined;

  constructor(
    private readonly consumer: Consumer,
    private readonly eventStore: EventStore,
  ) {}

  async begin(report: ProgressReport): Promise<bigint> {
    const { name, streamPrefixes, checkpoint } = this.consumer;
    const loaded = (await checkpoint.load()) ?? { position: BEFORE_FIRST_POSITION, lastEvent: undefined };
    const { position, lastEvent } = loaded;
    if (position < this.#savedPosition) throw new CheckpointLostError(name);
    const why = await logMismatch(this.eventStore, { streamPrefixes, checkpoint: position, lastEvent });
    if (why !== undefined) throw new OtherLogError(`the events that consumer ${name} has handled`, why);
    this.#report = report;
    this.#position = position;
    this.#savedPosition = position;
    this.#lastEvent = lastEvent;
    return position;
  }

  async take({ events, position }: SubscriptionBatch, signal: AbortSignal): Promise<number> {
    const last = events.at(-1);
    if (last === undefined) {
      this.#position = position;
      this.#report?.passed(position);
      if (performance.now() - this.#savedAt >= SAVE_PASSED_MS) await this.#save();
      return 0;
    }
    await this.consumer.handle(events, signal);
    this.#position = position;
    this.#lastEvent = markOf(last);
    await this.#save();
    this.#report?.stored(position);
    return events.length;
  }

  async settled(): Promise<void> {
    // Each batch is stored before the next one is taken.
  }

  /** If the checkpoint cannot be saved, events that were passed are read again, and no event is handled again. */
  async end(isValid: boolean): Promise<void> {
    if (isValid) await this.#save().catch(() => undefined);
  }

  async #save(): Promise<void> {
    if (this.#position <= this.#savedPosition) return;
    const position = this.#position;
    await this.consumer.checkpoint.save({ position, lastEvent: this.#lastEvent });
    this.#savedPosition = position;
    this.#savedAt = performance.now();
  }
}
