import { RevisionConflictError, StreamDeletedError } from '../port/event-store.errors.js';
import type { ExpectedRevision } from '../port/event-store.js';
import type { AppendRequest } from './append-request.js';
import type { StoredEvent } from './stored-event.js';
import type { StreamHead } from './stream-head.js';

/** What a stream is when an append to it is checked. */
export interface CheckedStream {
  readonly head: StreamHead | undefined;
  /** It has been deleted for good, or the stream whose metadata it holds has. */
  readonly tombstoned: boolean;
  /** Its metadata says that it is deleted until it is appended to. */
  readonly softDeleted: boolean;
  /** Asked for only where the stream has no events. */
  hasMetadata(): boolean;
}

/** Finds events by what an append says of them. */
export interface KnownEvents {
  /** The event at a place in a stream. */
  eventAt(stream: string, revision: bigint): StoredEvent | undefined;
  /** The event of a stream that was the first in the whole log to have an id; undefined: it is none of this stream's. */
  firstEventWith(id: string, stream: string): StoredEvent | undefined;
}

/** What an append comes to: it is to be written, it has been written before, or it is refused. */
export type AppendCheck =
  | { readonly kind: 'new' }
  | { readonly kind: 'repeated'; readonly last: StoredEvent }
  | { readonly kind: 'refused'; readonly error: Error };

const NEW: AppendCheck = { kind: 'new' };
const NO_EVENTS = -1n;

/** No place in the stream is expected: a repeated append is recognized by its ids alone. */
export function isLoose(expected: ExpectedRevision): expected is 'any' | 'streamExists' {
  return expected === 'any' || expected === 'streamExists';
}

/** Checks an append, a delete or a tombstone as EventStoreDB does. */
export function checkAppend(request: AppendRequest, stream: CheckedStream, known: KnownEvents): AppendCheck {
  const { kind, expected } = request;
  const refused = (error: Error): AppendCheck => ({ kind: 'refused', error });
  if (stream.tombstoned) return refused(new StreamDeletedError(request.stream));
  if (expected === 'streamExists' && stream.softDeleted) return refused(new StreamDeletedError(request.stream));
  const mustBeThere = expected === 'streamExists' || kind === 'delete';
  if (mustBeThere && lastRevisionOf(stream) === NO_EVENTS && !stream.hasMetadata()) return conflict(request, stream);
  return isLoose(expected) ? checkIds(request, stream, known) : checkRevision(request, expected, stream, known);
}

/**
 * An id counts at the place where it was written first: an id whose first place is another stream is unknown in this
 * one. When the first id is unknown, everything is written. When it is known, all must be, in whatever order.
 */
function checkIds(request: AppendRequest, stream: CheckedStream, known: KnownEvents): AppendCheck {
  if (request.kind !== 'append' || stream.head === undefined) return NEW;
  let last: StoredEvent | undefined;
  for (const [index, { id }] of request.events.entries()) {
    const event = known.firstEventWith(id, request.stream);
    if (event === undefined) return index === 0 ? NEW : conflict(request, stream);
    last = event;
  }
  return last === undefined ? NEW : { kind: 'repeated', last };
}

/** Below the last revision an append is a repeat when its ids stand there, one by one, from the expected place on. */
function checkRevision(
  request: AppendRequest,
  expected: bigint | 'noStream',
  stream: CheckedStream,
  known: KnownEvents,
): AppendCheck {
  const expectedLast = expected === 'noStream' ? NO_EVENTS : expected;
  const last = lastRevisionOf(stream);
  if (expectedLast === last) return NEW;
  if (stream.head === undefined || expectedLast > last) return conflict(request, stream);
  let repeated: StoredEvent | undefined;
  for (const [index, { id }] of request.events.entries()) {
    const event = known.eventAt(request.stream, expectedLast + 1n + BigInt(index));
    if (event?.id === id) repeated = event;
    else if (index === 0 && expected === 'noStream' && stream.softDeleted) return NEW;
    else return conflict(request, stream);
  }
  return repeated === undefined ? conflict(request, stream) : { kind: 'repeated', last: repeated };
}

function conflict({ stream, expected }: AppendRequest, checked: CheckedStream): AppendCheck {
  const last = lastRevisionOf(checked);
  const actual = last === NO_EVENTS ? 'noStream' : last;
  return { kind: 'refused', error: new RevisionConflictError(stream, expected, actual) };
}

function lastRevisionOf({ head }: CheckedStream): bigint {
  return head?.revision ?? NO_EVENTS;
}
