/** The most events of a page. */
export const MAX_PAGE = 1_000;

/** The JSON of an event in the feed: a CloudEvent. */
export interface EventJson {
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly editor?: string;
  readonly data?: object;
}

/** The JSON of a page of the feed. */
export interface EventPage {
  readonly events?: readonly EventJson[];
  readonly nextCursor: string;
  readonly hasMore?: boolean;
}

/** Which events are read. */
export interface EventRequest {
  /** A cursor, `beginning` or `now`. */
  readonly after: string;
  /** Public types of events; none: all. */
  readonly types: readonly string[];
  readonly project: string | undefined;
  readonly application: string | undefined;
  /** The most events. */
  readonly limit: number;
  /** Whether to wait for new events at the end of the log. */
  readonly follow: boolean;
}

/** Some events, in order, and the cursor after them. */
export interface EventStep {
  readonly events: readonly EventJson[];
  readonly cursor: string;
}

/**
 * Reads the selected events after a cursor. When it does not follow, it ends at the end of the log.
 *
 * @throws Error the events cannot be read; the message says why
 */
export type EventSource = (request: EventRequest) => AsyncIterable<EventStep>;
