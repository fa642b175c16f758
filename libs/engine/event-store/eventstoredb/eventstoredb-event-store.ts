import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { remoteHealth } from '#libs/engine/runtime/remote-health.js';
import { EventStoreUnavailableError, RevisionConflictError } from '../port/event-store.errors.js';
import {
  type AppendResult,
  type CallOptions,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamAppend,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../port/event-store.js';
import { isAsExpected } from './as-expected.js';
import { Connection } from './connection.js';
import { ANSWER_MS, type Patience, patience, within } from './deadline.js';
import { leavable } from './leavable.js';
import { LiveFeeds } from './live-feeds.js';
import { outgoingAppend } from './outgoing-append.js';
import { readHead } from './read-head.js';
import { Reader } from './reader.js';
import type { Session } from './session.js';
import { AllSubscription } from './subscription.js';

/** The adapter of the event-store port for EventStoreDB, a single node or a cluster, version 23.10 or newer. */
export class EventStoreDbEventStore implements EventStore {
  readonly checksOtherStreams = false;

  readonly readsFromAnyPosition = false;

  /** Why the last append failed although the connection is up; undefined: it succeeded. */
  #writeFailure: Error | undefined;

  readonly #reader: Reader;
  readonly #feeds = new LiveFeeds();

  /** @param connection {@link close} closes it */
  constructor(private readonly connection: Connection) {
    this.#reader = new Reader(connection);
  }

  get connectionCount(): number {
    return this.connection.count;
  }

  /**
   * When it is unknown whether the events were written, the same append is repeated until the deadline. The event ids
   * make sure that it is not written twice.
   */
  append(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
    { deadline }: CallOptions = {},
  ): Promise<AppendResult> {
    return this.#appendWithin({ stream, events, expected }, patience(deadline));
  }

  async appendInOrder(
    appends: readonly StreamAppend[],
    { deadline }: CallOptions = {},
  ): Promise<readonly AppendResult[]> {
    const results: AppendResult[] = [];
    const forAll = patience(deadline);
    for (const append of appends) results.push(await this.#appendWithin(append, forAll));
    return results;
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    return this.#reader.readStream(stream, options);
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    return leavable((left) => this.#reader.readAll(options, left));
  }

  async *subscribeToAll(options: SubscribeOptions = {}): AsyncGenerator<SubscriptionBatch> {
    yield* new AllSubscription(this.connection, this.#feeds, options).batches();
  }

  head(): Promise<bigint> {
    return this.connection.call('read', patience(), headOf);
  }

  health(): Promise<StoreHealth> {
    return remoteHealth(
      () => this.#headNow(),
      () => this.#writeFailure,
    );
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  async #appendWithin(append: StreamAppend, patience: Patience): Promise<AppendResult> {
    try {
      const result = await this.#append(append, patience);
      this.#writeFailure = undefined;
      return result;
    } catch (error) {
      if (error instanceof EventStoreUnavailableError && this.connection.failure === undefined)
        this.#writeFailure = error;
      throw error;
    }
  }

  async #append(append: StreamAppend, patience: Patience): Promise<AppendResult> {
    if (append.events.length === 0) return this.#appendNothing(append.stream, append.expected);
    const outgoing = outgoingAppend(append);
    const { revision, position } = await this.connection.call('append', patience, (session) =>
      session.append(outgoing),
    );
    return { revision, position: position ?? (await this.#positionOf(append.stream, revision)) };
  }

  /** Reads the position of an event that was appended: the answer to a repeated append may not contain it. */
  async #positionOf(stream: string, revision: bigint): Promise<bigint> {
    for await (const { position } of this.readStream(stream, { from: revision, limit: 1 })) return position;
    throw new EventStoreUnavailableError(
      `EventStoreDB does not find revision ${revision} of ${stream}, which it has written`,
    );
  }

  /** Reads the head once, without retries. @throws EventStoreUnavailableError the connection is down, or does not answer */
  async #headNow(): Promise<bigint> {
    const session = this.connection.session();
    try {
      return await headOf(session);
    } catch (error) {
      throw this.connection.failed(error, session);
    }
  }

  /** EventStoreDB answers an append without events with revision 0 for every stream, so the stream is read instead. */
  async #appendNothing(stream: string, expected: ExpectedRevision): Promise<AppendResult> {
    let last: bigint | undefined;
    for await (const { revision } of this.readStream(stream, { direction: 'backwards', limit: 1 })) last = revision;
    if (!isAsExpected(expected, last)) throw new RevisionConflictError(stream, expected, last ?? 'noStream');
    return { revision: last ?? -1n, position: await this.head() };
  }
}

function headOf(session: Session): Promise<bigint> {
  return within(readHead(session), ANSWER_MS);
}

/**
 * Opens EventStoreDB. If it is not reachable, calls fail at once with EventStoreUnavailableError until it is.
 *
 * @param url a connection string, from APPLEDGER_EVENTSTORE_URL
 * @throws Error the connection string cannot be used: the message says why
 */
export async function openEventStoreDb(url: string, log: Log): Promise<EventStoreDbEventStore> {
  return new EventStoreDbEventStore(await Connection.open(url, log));
}
