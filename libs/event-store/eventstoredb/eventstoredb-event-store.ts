import {
  BACKWARDS,
  type Direction,
  END,
  FORWARDS,
  type ReadRevision,
  START,
  StreamNotFoundError,
} from '@eventstore/db-client';
import type { Log } from '#libs/platform/logger.js';
import { remoteHealth } from '#libs/platform/remote-health.js';
import { filterPredicate } from '../port/event-filter.js';
import { EventStoreUnavailableError, RevisionConflictError } from '../port/event-store.errors.js';
import {
  type AppendResult,
  BEFORE_FIRST_POSITION,
  type EventStore,
  type EventStoreHealth,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamAppend,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../port/event-store.js';
import { appendEvents, isAsExpected } from './append.js';
import { Connection } from './connection.js';
import { ConnectionLostError } from './driver-errors.js';
import type { DriverStream } from './event-pull.js';
import { leavable } from './leavable.js';
import { outgoingEvents } from './outgoing-event.js';
import { placeAt } from './place.js';
import { pullEvents } from './pull-events.js';
import { readHead } from './read-head.js';
import type { Session } from './session.js';
import { AllSubscription } from './subscription.js';

/** The event-store port over EventStoreDB, a single node or a cluster, of version 23.10 or newer. */
export class EventStoreDbEventStore implements EventStore {
  readonly checksOtherStreams = false;

  /** Why the last append could not be made although the connection holds. */
  #writeFailure: Error | undefined;

  /** @param connection {@link close} closes it */
  constructor(private readonly connection: Connection) {}

  /**
   * When the connection breaks before the answer, nobody knows whether the events were written. If it is up again at
   * once the same append is sent again: the event ids keep it from being written twice.
   */
  async append(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): Promise<AppendResult> {
    try {
      const result = await this.#append({ stream, events, expected }).catch(async (error: unknown) => {
        const cutOff = error instanceof ConnectionLostError && !error.tookItsTime;
        if (!cutOff || !(await this.connection.upAtOnce())) throw error;
        return this.#append({ stream, events, expected });
      });
      this.#writeFailure = undefined;
      return result;
    } catch (error) {
      if (error instanceof EventStoreUnavailableError && this.connection.failure === undefined)
        this.#writeFailure = error;
      throw error;
    }
  }

  async appendInOrder(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    const results: AppendResult[] = [];
    for (const { stream, events, expected } of appends) results.push(await this.append(stream, events, expected));
    return results;
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', from, limit } = options;
    if (limit === 0) return;
    const backwards = direction === 'backwards';
    const request = {
      direction: (backwards ? BACKWARDS : FORWARDS) as Direction,
      fromRevision: (from ?? (backwards ? END : START)) as ReadRevision,
      ...(limit !== undefined && Number.isFinite(limit) && { maxCount: limit }),
    };
    try {
      yield* this.#read(({ client }) => client.readStream(stream, request));
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    return leavable((isLeft) => this.#readAll(options, isLeft));
  }

  async *subscribeToAll(options: SubscribeOptions = {}): AsyncGenerator<SubscriptionBatch> {
    yield* new AllSubscription(this.connection, options).batches();
  }

  async head(): Promise<bigint> {
    const session = this.connection.session();
    try {
      return await readHead(session);
    } catch (error) {
      throw this.connection.failed(error, session);
    }
  }

  health(): Promise<EventStoreHealth> {
    return remoteHealth(
      () => this.head(),
      () => this.#writeFailure,
    );
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  async #append({ stream, events, expected }: StreamAppend): Promise<AppendResult> {
    if (events.length === 0) return this.#appendNothing(stream, expected);
    const outgoing = { stream, expected, ...outgoingEvents(events) };
    return this.connection.call((client) => appendEvents(client, outgoing));
  }

  /** EventStoreDB answers an append of no events with revision 0 wherever the stream is, so it is not asked. */
  async #appendNothing(stream: string, expected: ExpectedRevision): Promise<AppendResult> {
    let last: bigint | undefined;
    for await (const { revision } of this.readStream(stream, { direction: 'backwards', limit: 1 })) last = revision;
    if (!isAsExpected(expected, last)) throw new RevisionConflictError(stream, expected, last ?? 'noStream');
    return { revision: last ?? -1n, position: await this.head() };
  }

  /** The driver's reads of $all have no filter, so what a filter leaves out is left out here. */
  async *#readAll(options: ReadAllOptions, isLeft: () => boolean): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', from, limit = Number.POSITIVE_INFINITY, filter } = options;
    const wanted = filter === undefined ? () => true : filterPredicate(filter);
    let remaining = limit;
    if (remaining <= 0) return;
    for await (const event of direction === 'forwards'
      ? this.#forwards(from, filter === undefined ? limit : undefined)
      : this.#backwards(from)) {
      if (isLeft()) return;
      if (!wanted(event)) continue;
      yield event;
      remaining -= 1;
      if (remaining <= 0) return;
    }
  }

  #forwards(from: bigint | undefined, limit: number | undefined): AsyncGenerator<RecordedEvent> {
    const maxCount = limit !== undefined && Number.isFinite(limit) ? { maxCount: limit } : {};
    const fromPosition = placeAt(from === undefined ? BEFORE_FIRST_POSITION : from);
    return this.#read(({ client }) => client.readAll({ direction: FORWARDS, fromPosition, ...maxCount }));
  }

  /** EventStoreDB begins before the position that it is given, so the event there is read by itself. */
  async *#backwards(from: bigint | undefined): AsyncGenerator<RecordedEvent> {
    if (from !== undefined) {
      for await (const event of this.#forwards(from, 1)) if (event.position === from) yield event;
    }
    const fromPosition = from === undefined ? END : placeAt(from);
    for await (const event of this.#read(({ client }) => client.readAll({ direction: BACKWARDS, fromPosition }))) {
      if (from === undefined || event.position < from) yield event;
    }
  }

  async *#read(open: (session: Session) => DriverStream): AsyncGenerator<RecordedEvent> {
    const session = this.connection.session();
    try {
      yield* pullEvents(session.pull(open(session)));
    } catch (error) {
      throw error instanceof StreamNotFoundError ? error : this.connection.failed(error, session);
    }
  }
}

/**
 * Opens EventStoreDB. It need not be reachable: then calls fail at once with EventStoreUnavailableError until it is.
 *
 * @param url a connection string, from APPLEDGER_EVENTSTORE_URL
 * @throws Error the connection string cannot be used: the message says why
 */
export async function openEventStoreDb(url: string, log: Log): Promise<EventStoreDbEventStore> {
  return new EventStoreDbEventStore(await Connection.open(url, log));
}
