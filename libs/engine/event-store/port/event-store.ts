import { MAX_INT64 } from '#libs/engine/kernel/int64.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';

/**
 * The event-store port. It is EventStoreDB's model restricted to what Appledger uses, so that the embedded store and a
 * cluster can implement it. Positions and revisions are bigint inside and decimal strings outside.
 */

/** The position before the first event of $all: the checkpoint of a reader that has read nothing. */
export const BEFORE_FIRST_POSITION = -1n;

/** The revision of the event that marks a stream as deleted for good (a tombstone), as EventStoreDB numbers it. */
export const TOMBSTONE_REVISION = MAX_INT64;

/** The largest append: the data of all its events, without their metadata. EventStoreDB's default (1 MiB). */
export const MAX_APPEND_BYTES = 1_048_576;

/** What a writer expects of the stream: its last revision, that it does not exist, that it exists, or nothing. */
export type ExpectedRevision = bigint | 'noStream' | 'streamExists' | 'any';

/** An event to append. Its id makes a repeated append idempotent. */
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
  /** The place in its stream, from 0. */
  readonly revision: bigint;
  /** The place in $all; positions ascend with gaps. */
  readonly position: bigint;
  readonly type: string;
  /** Parsed JSON, or the bytes if the event was not written as JSON. */
  readonly data: unknown;
  readonly metadata: unknown;
  /** The bytes that were written, where the store has them; undefined: it has not, or data and metadata are no JSON. */
  readonly written?: WrittenEvent | undefined;
  /** When the store recorded it, in milliseconds since 1970: informative; the domain's time is in the metadata. */
  readonly recordedAt: number;
}

/**
 * An event in the bytes that were written, among those of others. Its parts follow one another: stream and type in UTF-8,
 * data and metadata as JSON in UTF-8; a value that is not there has no bytes.
 */
export interface WrittenEvent {
  readonly bytes: Buffer;
  /** The 16 bytes of the id. */
  readonly idStart: number;
  readonly streamStart: number;
  readonly typeStart: number;
  readonly dataStart: number;
  readonly metadataStart: number;
  readonly metadataEnd: number;
}

/** One of several appends. */
export interface StreamAppend {
  readonly stream: string;
  readonly events: readonly EventToAppend[];
  readonly expected: ExpectedRevision;
  /** Where another stream must end for the append to happen; see {@link EventStore.checksOtherStreams}. */
  readonly provided?: StreamCondition | undefined;
}

/** The revision that a stream must end at. */
export interface StreamCondition {
  readonly stream: string;
  readonly revision: bigint;
}

/** The result of an append: the revision of its last event in the stream, and that event's position in $all. */
export interface AppendResult {
  readonly revision: bigint;
  readonly position: bigint;
}

/** Options of every call that a request makes. */
export interface CallOptions {
  /**
   * When the caller stops waiting, by the clock of `performance.now()`. A remote store retries until then; default: a
   * timeout of the store.
   */
  readonly deadline?: number | undefined;
}

/** Direction, start and limit of a read. */
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

/** A filter on $all: events whose stream name, or whose type, starts with one of the prefixes. */
export type EventFilter = { readonly streamPrefixes: readonly string[] } | { readonly typePrefixes: readonly string[] };

export interface SubscribeOptions {
  /** Deliver events after this position; default {@link BEFORE_FIRST_POSITION}: all. */
  readonly after?: bigint;
  readonly filter?: EventFilter;
  /** The largest number of events in a batch; default {@link DEFAULT_BATCH_EVENTS}. */
  readonly maxBatch?: number;
  /** Aborting it ends the subscription: the iteration completes without an error. */
  readonly signal?: AbortSignal;
}

/** Larger batches make a projection's writes longer without higher throughput. */
export const DEFAULT_BATCH_EVENTS = 500;

/**
 * A batch of a subscription. `events` is empty if only the position has moved (over events that the filter excludes), or
 * the subscription has just caught up.
 */
export interface SubscriptionBatch {
  readonly events: readonly RecordedEvent[];
  /** Every event up to and including this position has been delivered or excluded by the filter. */
  readonly position: bigint;
  /** True if nothing newer was known when the batch was made: the subscription is live. */
  readonly caughtUp: boolean;
}

export interface EventStore {
  /**
   * Increases with every connection to the store: while it is constant, the store has the same log. It never changes for
   * a store in this process.
   */
  readonly connectionCount: number;

  /**
   * True: the store checks `provided` and appends atomically, and refuses with RevisionConflictError or
   * StreamDeletedError of the other stream. False: the store cannot check another stream and ignores `provided`.
   */
  readonly checksOtherStreams: boolean;

  /**
   * True: a read of $all may begin at any position. False: only at the position of an event, as EventStoreDB demands,
   * whose positions are places in its files.
   */
  readonly readsFromAnyPosition: boolean;

  /**
   * The newest position, where this process knows it without asking: it is the only one that appends. Undefined: the
   * store is in another process, or closed; ask {@link head}.
   */
  readonly localHead?: bigint | undefined;

  /**
   * Appends all of the events to the stream or none, durably: it resolves after they are on disk. The same append again,
   * with the same event ids and the same expectation, has the same result as the first one. With a revision or
   * `noStream` the ids are compared with those after the expected revision. With `any` and `streamExists` an id counts
   * where it was first written in the whole store: if the first id is unknown in the stream, all events are written; if
   * it is known, all must be, in any order, or the append conflicts.
   *
   * @throws RevisionConflictError the stream is not at the expected revision
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
   * Appends to several streams in the given order, each as {@link append} does. Throws the error of the first append
   * that fails; those after it are not made, those before it may have been. A store may write them atomically.
   */
  appendInOrder(appends: readonly StreamAppend[], options?: CallOptions): Promise<readonly AppendResult[]>;

  /** Reads one stream. A stream that does not exist has no events. @throws StreamDeletedError, EventStoreUnavailableError */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;

  /**
   * Reads $all. Ending the iteration (`return`) ends the read even while it searches for the next event that matches the
   * filter, which may take a scan of the whole log.
   *
   * @throws EventStoreUnavailableError
   */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /**
   * Follows $all: delivers existing events, then new ones, in order, without gaps and without duplicates. A batch is made
   * when it is requested, so a slow reader needs no buffer. When the end is reached, at least one batch with `caughtUp`
   * is delivered.
   *
   * @throws EventStoreUnavailableError the store has been closed; temporary failures are retried
   */
  subscribeToAll(options?: SubscribeOptions): AsyncIterable<SubscriptionBatch>;

  /** The newest position, or {@link BEFORE_FIRST_POSITION} in an empty store. @throws EventStoreUnavailableError */
  head(): Promise<bigint>;

  /** Whether the store can be read and written now, and if not, why and what to do. Never throws. */
  health(): Promise<StoreHealth>;

  /** Waits for operations under way and releases every resource. */
  close(): Promise<void>;
}
