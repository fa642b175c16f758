import { RevisionConflictError, StreamDeletedError } from '../port/event-store.errors.js';
import type { ExpectedRevision } from '../port/event-store.js';
import type { AppendRequest } from './append-request.js';
import type { StoredEvent } from './stored-event.js';
import type { StreamHead } from './stream-head.js';

/** The state of a stream against which an append is checked. */
export interface CheckedStream {
  readonly head: StreamHead | undefined;
  /** The stream has a tombstone; for a metadata stream: the stream that it describes has one. */
  readonly tombstoned: boolean;
  /** Its metadata says that it is deleted until the next append. */
  readonly softDeleted: boolean;
  /** Called only when the stream has no events. */
  hasMetadata(): boolean;
}

/** Finds stored events by revision and by id. */
export interface KnownEvents {
  /** The event at a revision of a stream. */
  eventAt(stream: string, revision: bigint): StoredEvent | undefined;
  /** The first event of the whole log with an id; undefined: it is in another stream, or does not exist. */
  firstEventWith(id: string, stream: string): StoredEvent | undefined;
}

/** The result of a check: the append is new, has been written before, or is refused. */
export type AppendCheck =
  | { readonly kind: 'new' }
  | { readonly kind: 'repeated'; readonly last: StoredEvent }
  | { readonly kind: 'refused'; readonly error: Error };

const NEW: AppendCheck = { kind: 'new' };
const NO_EVENTS = -1n;

/** Whether an append expects no revision: then a repeated append is recognized by its ids alone. */
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
 * Only the first event with an id counts: an id whose first event is in another stream is unknown in this one. When the
 * first id of an append is unknown, all events are written. When it is known, all ids must be known, in any order.
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

/** An append that expects an earlier revision is a repeat when the events that follow that revision have its ids. */
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
