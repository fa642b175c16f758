import type { Log } from '#libs/engine/runtime/logger.js';
import type { EventFeed, FeedEvent, Selection } from '#libs/registry/feed/index.js';
import type { Attempt } from '../sending/attempt.js';
import type { LoggedAttempt } from '../state/attempt-log.js';
import type { EventReference, WaitingSubject } from '../state/waiting-subject.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { Timers } from './timers.js';

/** What a line is made of. */
export interface LineParts {
  /** Names it in the log. */
  readonly name: string;
  readonly feed: EventFeed;
  readonly selection: Selection;
  readonly health: EndpointHealth;
  readonly timers: Timers;
  readonly log: Log;
  /** Makes one attempt. */
  readonly send: (event: FeedEvent) => Promise<Attempt>;
  /** Takes each attempt that was made. */
  readonly attempted: (attempt: LoggedAttempt) => void;
  /** What there is to store has changed. */
  readonly changed: () => void;
}

/** Where a line begins. */
export interface LineStart {
  readonly after: bigint;
  /** The identity of the log in which the position is. */
  readonly log: string | undefined;
  /** The last position that it delivers; undefined: it never ends. */
  readonly until?: bigint;
  /** The subjects that wait. */
  readonly waiting: readonly WaitingSubject[];
}

/** How far a line has come. */
export interface LineProgress {
  /** Every event up to this position has been delivered, or its subject is among those that wait. */
  readonly position: bigint;
  /** The streams of the subjects that have changed since the last call, and what is to be stored of them. */
  readonly waiting: ReadonlyMap<string, WaitingSubject | undefined>;
}

/** What a line is doing now. */
export interface LineReport {
  /** Events that were read and are neither delivered nor waiting. */
  readonly pending: number;
  /** Subjects that are tried again later. */
  readonly failing: number;
  readonly parked: number;
  /** When the oldest event that was read and is not delivered was caused, in milliseconds since 1970; parked ones aside. */
  readonly oldestAt: number | undefined;
  readonly isDown: boolean;
}

/** An event as it is stored. */
export function referenceOf({ envelope, subject, stream, revision, position }: FeedEvent): EventReference {
  return {
    eventId: envelope.id,
    type: envelope.type,
    subject,
    stream,
    revision: revision.toString(),
    position: position.toString(),
  };
}
