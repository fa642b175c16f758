import type { FeedEvent } from './feed-event.js';
import type { Selection } from './selection.js';

/** An event that was recorded. */
export interface Entry {
  readonly position: bigint;
  readonly type: string;
  /** The event, or why it cannot be read; undefined: it is not public. */
  readonly outcome: FeedEvent | Error | undefined;
}

/** The newest entries of the log, numbered in the order in which they arrive. */
export interface EntrySource {
  /** The number of the next entry that arrives. */
  readonly end: number;
  /** Every event up to this position has arrived. */
  readonly position: bigint;
  /** Nothing newer is known. */
  readonly caughtUp: boolean;
  /** Why nothing more arrives; undefined: more may. */
  readonly failure: unknown;
  /** Whether an entry is kept or has not arrived yet. */
  has(number: number): boolean;
  entry(number: number): Entry | undefined;
  /** Whether a reader may get an entry; the project of an application is not considered. */
  isFor(selection: Selection, entry: Entry): boolean;
}
