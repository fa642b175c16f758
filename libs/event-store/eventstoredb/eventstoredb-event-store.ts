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
  type CallOptions,
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
import { ANSWER_MS, type Patience, patience, within } from './deadline.js';
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

  get connectionCount(): number {
    return this.connection.count;
  }

  /**
   * When nobody knows whether the events were written, the same append is sent again until the deadline: the event ids
   * keep it from being written twice.
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

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', from, limit = Number.POSITIVE_INFINITY, deadline } = options;
    if (limit <= 0) return;
    const backwards = direction === 'backwards';
    const next = (last: RecordedEvent) => (backwards ? last.revision - 1n : last.revision + 1n);
    let taken = 0;
    const open = ({ client }: Session, last: RecordedEvent | undefined) =>
      client.readStream(stream, {
        direction: (backwards ? BACKWARDS : FORWARDS) as Direction,
        fromRevision: (last === undefined ? (from ?? (backwards ? END : START)) : next(last)) as ReadRevision,
        ...atMost(limit - taken),
      });
    try {
      for await (const event of this.#read(open, deadline)) {
        yield event;
        taken += 1;
        if (taken >= limit || (backwards && event.revision === 0n)) return;
      }
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

  head(): Promise<bigint> {
    return this.connection.call('read', patience(), readHead);
  }

  health(): Promise<EventStoreHealth> {
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

  async #append({ stream, events, expected }: StreamAppend, patience: Patience): Promise<AppendResult> {
    if (events.length === 0) return this.#appendNothing(stream, expected);
    const outgoing = { stream, expected, ...outgoingEvents(events) };
    return this.connection.call('append', patience, ({ client }) => appendEvents(client, outgoing));
  }

  /** Asks once. @throws EventStoreUnavailableError the connection is down, or there is no answer */
  async #headNow(): Promise<bigint> {
    const session = this.connection.session();
    try {
      return await within(readHead(session), ANSWER_MS);
    } catch (error) {
      throw this.connection.failed(error, session);
    }
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

  async *#forwards(from: bigint | undefined, limit = Number.POSITIVE_INFINITY): AsyncGenerator<RecordedEvent> {
    const start = from ?? BEFORE_FIRST_POSITION;
    let after: bigint | undefined;
    let taken = 0;
    // A read includes the event where it begins; one that goes on has delivered that already.
    const open = ({ client }: Session, last: RecordedEvent | undefined) => {
      after = last?.position;
      const fromPosition = placeAt(after ?? start);
      return client.readAll({ direction: FORWARDS, fromPosition, ...atMost(limit - taken + (last ? 1 : 0)) });
    };
    for await (const event of this.#read(open)) {
      if (event.position === after) continue;
      yield event;
      taken += 1;
      if (taken >= limit) return;
    }
  }

  /** EventStoreDB begins before the position that it is given, so the event there is read by itself. */
  async *#backwards(from: bigint | undefined): AsyncGenerator<RecordedEvent> {
    if (from !== undefined) {
      for await (const event of this.#forwards(from, 1)) if (event.position === from) yield event;
    }
    const start = from === undefined ? END : placeAt(from);
    const open = ({ client }: Session, last: RecordedEvent | undefined) =>
      client.readAll({ direction: BACKWARDS, fromPosition: last === undefined ? start : placeAt(last.position) });
    for await (const event of this.#read(open)) {
      if (from === undefined || event.position < from) yield event;
    }
  }

  /**
   * Reads to the end, over as many connections as it takes.
   *
   * @param open begins a read behind the last event that has been delivered
   */
  async *#read(
    open: (session: Session, last: RecordedEvent | undefined) => DriverStream,
    deadline?: number,
  ): AsyncGenerator<RecordedEvent> {
    let last: RecordedEvent | undefined;
    let failures = 0;
    let time = patience(deadline);
    for (;;) {
      await this.connection.upWithin(time);
      const session = this.connection.session();
      try {
        const verify = () => this.connection.verify(session);
        for await (const event of pullEvents(session.pull(open(session, last)), verify)) {
          yield event;
          last = event;
          failures = 0;
        }
        return;
      } catch (error) {
        if (error instanceof StreamNotFoundError) throw error;
        failures += 1;
        if (failures === 1) time = patience(deadline); // What was read until now has taken its own time.
        await this.connection.waitToRepeat(this.connection.failed(error, session), 'read', failures, time);
      }
    }
  }
}

/** The option of a read that bounds it; a driver takes no infinity. */
function atMost(limit: number): { maxCount?: number } {
  return Number.isFinite(limit) ? { maxCount: limit } : {};
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
