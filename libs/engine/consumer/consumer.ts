import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { CheckpointStore } from './checkpoint-store.js';

/** A reader of $all that handles each event of its streams at least once, in the order of their positions. */
export interface Consumer {
  /** Names the checkpoint, the log lines, the health and the metrics. */
  readonly name: string;
  /** The consumer takes the events of streams whose names begin with one of these. */
  readonly streamPrefixes: readonly string[];
  readonly checkpoint: CheckpointStore;
  /**
   * Handles a batch. When it resolves, the effects are durable, and the checkpoint moves behind the batch. After a
   * crash, or an error, the same events come again.
   *
   * @param signal is aborted when the consumer has to stop; the batch may still be finished
   * @throws UnhandledEventError the consumer stops for good before this event; any other error is tried again
   */
  handle(events: readonly RecordedEvent[], signal: AbortSignal): Promise<void>;
}
