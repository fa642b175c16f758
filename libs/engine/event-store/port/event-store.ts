import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';

/**
 * The event-store port: what Appledger asks of an event store. It is EventStoreDB's model narrowed to what is used,
 * so that the embedded store and a cluster stand behind it alike. Positions and revisions are bigint inside and
 * decimal strings outside.
 */

/** The position before the first event of $all: the checkpoint of a reader that has read nothing. */
export const BEFORE_FIRST_POSITION = -1n;

/** The revision of the event that marks a stream as deleted for good (a tombstone), as EventStoreDB numbers it. */
export const TOMBSTONE_REVISION = MAX_INT64;

/** The largest append: the data of all its events, without their metadata. EventStoreDB's default (1 MiB). */
export const MAX_APPEND_BYTES = 1_048_576;

/** What the writer believes of the stream: its last revision, that it has none, that it has some, or nothing. */
export type ExpectedRevision = bigint | 'noStream' | 'streamExists' | 'any';

/** An event on its way into the store. The id makes repeating an append harmless. */
export interface EventToAppend {
  /** A UUID in canonical lower-case form. */
  readonly id: string;
  readonly type: string;
  /** Plain JSON data. */
  readonly data: unknown;
  /** Plain JSON data. */
  readonly metadata: unknown;
}

/** An event as the store holds it. */
export interface RecordedEvent {
  readonly id: string;
  readonly stream: string;
  /** Place in its stream, from 0. */
  readonly revision: bigint;
  /** Place in $all; ascends, not without gaps. */
  readonly position: bigint;
  readonly type: string;
  /** Parsed JSON, or the bytes as they are when the event was not written as JSON. */
  readonly data: unknown;
  readonly metadata: unknown;
  /** When the store took it, in milliseconds since 1970: informative; the domain's time is in the metadata. */
  readonly recordedAt: number;
}

/** One of several appends. */
export interface StreamAppend {
  readonly stream: string;
  readonly events: readonly EventToAppend[];
  readonly expected: ExpectedRevision;
  /** Where another stream must end for the append to happen; see {@link EventStore.checksOtherStreams}. */
  readonly provided?: StreamCondition | undefined;
}

/** Where a stream must end. */
export interface StreamCondition {
  readonly stream: string;
  readonly revision: bigint;
}

/** Where an append ended: the revision of its last event in the stream, and that event's position in $all. */
export interface AppendResult {
  readonly revision: bigint;
  readonly position: bigint;
}

/** What a request asks of every call that it makes. */
export interface CallOptions {
  /**
   * When nobody waits for the answer any more, by the clock of `performance.now()`. A store in another process goes on
   * trying until then; default: a time of its own.
   */
  readonly deadline?: number | undefined;
}

/** Which way to read, from where, and how much. */
export interface ReadStreamOptions extends CallOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** First revision to read, inclusive; default: the beginning, or the end when reading backwards. */
  readonly from?: bigint;
  /** At most so many events; default: all. */
  readonly limit?: number;
}

/** Like {@link ReadStreamOptions}, for $all. */
export interface ReadAllOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** First position to read, inclusive; default: the beginning, or the end when reading backwards. */
  readonly from?: bigint;
  readonly limit?: number;
  readonly filter?: EventFilter;
}

/** Which events of $all are wanted: those whose stream name, or whose type, starts with one of the prefixes. */
export type EventFilter = { readonly streamPrefixes: readonly string[] } | { readonly typePrefixes: readonly string[] };

export interface SubscribeOptions {
  /** Events after this position; default {@link BEFORE_FIRST_POSITION}, so all. */
  readonly after?: bigint;
  readonly filter?: EventFilter;
  /** Largest batch to deliver; default {@link DEFAULT_BATCH_EVENTS}. */
  readonly maxBatch?: number;
  /** Ends the subscription: the iteration completes without an error. */
  readonly signal?: AbortSignal;
}

/** Larger batches make a projection's write long without making it faster. */
export const DEFAULT_BATCH_EVENTS = 500;

/**
 * A step of a subscription. `events` may be empty: then only the checkpoint has moved (events that the filter left
 * out), or the subscription has just caught up.
 */
export interface SubscriptionBatch {
  readonly events: readonly RecordedEvent[];
  /** Everything up to and including this position has been delivered or left out by the filter. */
  readonly position: bigint;
  /** True when nothing newer was known when the batch was made: the subscription is live. */
  readonly caughtUp: boolean;
}

export interface EventStore {
  /**
   * Ascends whenever a connection to the store has been made: while it stays the same, the same log is behind it. It
   * does not change for a store in this process.
   */
  readonly connectionCount: number;

  /**
   * True for a store that checks `provided` and appends in one step, and refuses with RevisionConflictError or
   * StreamDeletedError of the other stream. False: the store cannot look at another stream, and ignores `provided`.
   */
  readonly checksOtherStreams: boolean;

  /**
   * The newest position, where this process knows it without asking: it is the only one that appends. Undefined: the
   * store is in another process, or closed; ask {@link head}.
   */
  readonly localHead?: bigint | undefined;

  /**
   * Appends all of the events to the stream or none, durably: the answer comes after they are on disk.
   * The same append again, with the same event ids and the same expectation, answers what the first one answered.
   * At a revision and at `noStream` the ids are compared with those that stand behind the expected place. At `any` and
   * `streamExists` an id counts at the place where it was written first in the whole store: when the first id is not
   * known in the stream, all events are written; when it is, all must be, in whatever order, or the append conflicts.
   *
   * @throws RevisionConflictError the stream is not where the writer believes
   * @throws StreamDeletedError the stream has been tombstoned
   * @throws AppendTooLargeError more than {@link MAX_APPEND_BYTES}
   * @throws EventStoreUnavailableError nothing was, or may have been, written: see the message
   */
  append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
    options?: CallOptions,
  ): Promise<AppendResult>;

  /**
   * Appends to several streams in the order given, each as {@link append} does. The first that fails is what is
   * thrown, and those behind it do not happen; those before it may have. A store that can writes them together.
   */
  appendInOrder(appends: readonly StreamAppend[], options?: CallOptions): Promise<readonly AppendResult[]>;

  /** Reads one stream. A stream that does not exist yields nothing. @throws StreamDeletedError, EventStoreUnavailableError */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;

  /**
   * Reads $all. Leaving the iteration (`return`) ends the read even while it looks for the next event that its filter
   * wants: the whole log may lie before it.
   *
   * @throws EventStoreUnavailableError
   */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /**
   * Follows $all: first what is there, then what comes, in order, without gaps and without duplicates. The next batch
   * is made when it is asked for, so a slow reader slows its own delivery and grows nothing. At least one batch with
   * `caughtUp` is delivered when the end is reached.
   *
   * @throws EventStoreUnavailableError when the store is gone for good (a closed store); passing failures are retried
   */
  subscribeToAll(options?: SubscribeOptions): AsyncIterable<SubscriptionBatch>;

  /** The newest position, or {@link BEFORE_FIRST_POSITION} in an empty store. @throws EventStoreUnavailableError */
  head(): Promise<bigint>;

  /** Says whether the store can be read and written now, and if not, why and what to do. Never throws. */
  health(): Promise<StoreHealth>;

  /** Finishes what is under way and lets go of every resource. */
  close(): Promise<void>;
}
