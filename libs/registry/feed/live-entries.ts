import type { NewestItems } from '#libs/engine/kernel/newest-items.js';
import type { FeedEvent } from './feed-event.js';
import type { Selection } from './selection.js';

/** An event that was recorded. */
export interface Entry {
  readonly position: bigint;
  readonly type: string;
  /** The event, or why it cannot be read; undefined: it is not public. */
  readonly outcome: FeedEvent | Error | undefined;
}

/** The newest entries of the log. */
export interface EntrySource {
  readonly entries: Pick<NewestItems<Entry>, 'end' | 'has' | 'at'>;
  /** Every event up to this position has arrived. */
  readonly position: bigint;
  /** Nothing newer is known. */
  readonly caughtUp: boolean;
  /** Why nothing more arrives; undefined: more may. */
  readonly failure: unknown;
  /** Whether a reader may get an entry; the project of an application is not considered. */
  isFor(selection: Selection, entry: Entry): boolean;
}
