import type { SubscriptionBatch } from '#libs/engine/event-store/port/event-store.js';

/** A checkpoint that has only passed other events is saved at most this often. If it is lost, they are read again. */
export const SAVE_PASSED_MS = 1_000;

/** How a handler tells its runner how far it is. */
export interface ProgressReport {
  /** Everything up to the position was left out or had no effect: nothing had to be stored. */
  passed(position: bigint): void;
  /** Everything up to the position is stored. A failure that was being waited out is over. */
  stored(position: bigint): void;
}

/** What a {@link ConsumerRunner} drives. The runner calls one member at a time. */
export interface BatchHandler {
  /**
   * Finds out where to go on, at the start and after each failure.
   *
   * @param report takes the progress of what follows
   * @returns the checkpoint: events after it are delivered
   * @throws OtherLogError the runner stops for good
   */
  begin(report: ProgressReport): Promise<bigint>;

  /**
   * Takes a batch. Resolves when the next may come, which may be before this one is stored.
   *
   * @returns how many of its events had an effect
   */
  take(batch: SubscriptionBatch, signal: AbortSignal): Promise<number>;

  /** Resolves when everything that was taken is stored. @throws what kept it from being stored */
  settled(): Promise<void>;

  /**
   * Nothing follows until the next {@link begin}.
   *
   * @param isValid false: the checkpoint is lost or belongs to another log, and must not be saved
   */
  end(isValid: boolean): Promise<void>;
}
