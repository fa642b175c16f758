import type { FeedEvent, FeedStep } from './feed-event.js';
import type { Selection } from './selection.js';

/** A place in a stream, and what a reader gets of the event there. */
export interface StreamPlace {
  readonly revision: bigint;
  readonly position: bigint;
  /** undefined: it is not public, or is not selected. */
  readonly event: FeedEvent | undefined;
}

/** The public events of the log. Nest injects it into other features. */
export abstract class EventFeed {
  /**
   * The selected events after a position, and then new ones as they happen. Each step says how far the log has been
   * read, also when it has no events. Nothing is buffered for a slow reader: it continues where it was.
   *
   * @param log the identity of the log in which the position is
   * @param signal ends the iteration, without an error
   * @throws NewerEventError a newer version of the program has written an event
   * @throws EventStoreUnavailableError
   * @throws ContractError UNAVAILABLE: the event store has another log than before
   */
  abstract follow(
    selection: Selection,
    start: { readonly after: bigint; readonly log: string | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<FeedStep>;

  /**
   * The events of one stream, those included that are not selected. The project of the selection is not looked at.
   *
   * @param from the first revision
   * @param limit at most so many events
   * @throws NewerEventError a newer version of the program has written an event
   * @throws EventStoreUnavailableError
   */
  abstract ofStream(
    selection: Selection,
    stream: string,
    options: { readonly from: bigint; readonly limit: number },
  ): Promise<readonly StreamPlace[]>;

  /** The identity and the end of the log. @throws EventStoreUnavailableError */
  abstract log(): Promise<{ readonly identity: string | undefined; readonly head: bigint }>;
}
