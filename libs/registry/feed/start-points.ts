import type { Cursors } from './cursor.js';
import type { CLOCK_SKEW_MS } from './place-of-time.js';

/** Where a reader begins. */
export interface Start {
  readonly after: bigint;
  /** The identity of the log; undefined: it has none. */
  readonly log: string | undefined;
  /** The cursors of this log. */
  readonly cursors: Cursors;
}

/** Finds the place in the log where a reader begins. Nest injects it into other features. */
export abstract class StartPoints {
  /**
   * @param text a cursor, `beginning`, `now`, or empty: the beginning
   * @param field by which an error speaks of it
   * @throws ContractError it is none of these, or a cursor of another log, or after the end of the log
   * @throws EventStoreUnavailableError
   */
  abstract of(text: string, field: string): Promise<Start>;

  /**
   * The place before the first public event that occurred at a time or later, in the order of the log: no event of that
   * time or later comes before it, also where the times do not ascend, by as much as {@link CLOCK_SKEW_MS} says.
   *
   * @param time in milliseconds since 1970
   * @param abandoned ends the search with its reason
   * @throws EventStoreUnavailableError
   * @throws NewerEventError a newer version of the program has written an event
   */
  abstract since(time: number, abandoned?: AbortSignal): Promise<Start>;
}
