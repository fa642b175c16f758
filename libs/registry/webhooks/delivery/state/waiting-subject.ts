import { PARK_AFTER_MS, subjectWait } from '../engine/retry-schedule.js';
import type { Attempt } from '../sending/attempt.js';

/** An event, as far as it has to be known to find and to show it. */
export interface EventReference {
  readonly eventId: string;
  /** The public name of its type. */
  readonly type: string;
  /** The id of the application, or of what else the event is about. */
  readonly subject: string;
  readonly stream: string;
  /** Decimal. */
  readonly revision: string;
  /** Decimal. */
  readonly position: string;
}

/**
 * A subject whose delivery has failed: its events, from the first that is not delivered, wait. They are read from their
 * stream again when it is their turn.
 */
export interface WaitingSubject {
  /** The first event that is not delivered. */
  readonly event: EventReference;
  /** When the first attempt of this event failed, or it was released, in milliseconds since 1970. */
  readonly since: number;
  /** Attempts that have failed in a row. */
  readonly failures: number;
  /** When it is tried again, in milliseconds since 1970. */
  readonly nextAt: number;
  /** When it was parked: it is not tried again before somebody releases it. */
  readonly parkedAt?: number;
  readonly last: Attempt;
}

/**
 * What becomes of a subject whose delivery has failed: it waits for the next attempt. After three days it is parked,
 * unless the endpoint has accepted nothing in that time: then it is the endpoint that is away.
 *
 * @param before undefined: it was not waiting
 * @param endpointSucceededAt when any delivery to the endpoint succeeded last, in milliseconds since 1970
 */
export function afterFailure(
  before: WaitingSubject | undefined,
  event: EventReference,
  { attempt, now, endpointSucceededAt }: { attempt: Attempt; now: number; endpointSucceededAt: number | undefined },
): WaitingSubject {
  const same = before?.event.eventId === event.eventId ? before : undefined;
  const since = same?.since ?? now;
  const failures = (same?.failures ?? 0) + 1;
  const isParked = now - since >= PARK_AFTER_MS && (endpointSucceededAt ?? 0) > since;
  return {
    event,
    since,
    failures,
    nextAt: now + subjectWait(failures, attempt.retryAfterMs),
    last: attempt,
    ...(isParked && { parkedAt: now }),
  };
}

/** A subject that is tried again now, with three days before it. @param now in milliseconds since 1970 */
export function released({ event, last }: WaitingSubject, now: number): WaitingSubject {
  return { event, since: now, failures: 0, nextAt: now, last };
}
