import { filterPredicate } from '../port/event-filter.js';
import {
  BEFORE_FIRST_POSITION,
  type EventFilter,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '../port/event-store.js';
import type { Connection } from './connection.js';
import { patience } from './deadline.js';
import { placeAt } from './place.js';
import { pullEvents } from './pull-events.js';
import type { ReadRequest } from './wire/read-request.js';

/** The progress of a read that may have to continue on another connection. */
interface Progress {
  /** The last delivered event; undefined at the beginning. */
  readonly last: RecordedEvent | undefined;
  readonly delivered: number;
}

/** The conditions that end a read early. */
interface Ends {
  readonly deadline?: number | undefined;
  readonly left?: AbortSignal;
}

/** Reads over a connection that may be lost: a read continues over as many connections as necessary. */
export class Reader {
  constructor(private readonly connection: Connection) {}

  /** Reads one stream. A stream that does not exist has no events. */
  readStream(stream: string, options: ReadStreamOptions): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', from, limit = Number.POSITIVE_INFINITY, deadline } = options;
    const backwards = direction === 'backwards';
    const first = from ?? (backwards ? 'end' : 'start');
    const next = ({ revision }: RecordedEvent) => (backwards ? revision - 1n : revision + 1n);
    const isLast = ({ last, delivered }: Progress) => delivered >= limit || (backwards && last?.revision === 0n);
    const request = ({ last, delivered }: Progress): ReadRequest => ({
      source: { stream, from: last === undefined ? first : next(last) },
      direction,
      limit: limit - delivered,
    });
    return this.#read(request, isLast, { deadline });
  }

  /** Reads $all; the server filters. @param left ends the read, also while it waits */
  async *readAll(options: ReadAllOptions, left: AbortSignal): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', from, limit = Number.POSITIVE_INFINITY, filter } = options;
    if (direction === 'forwards') {
      yield* this.#forwards(from ?? BEFORE_FIRST_POSITION, limit, filter, left);
      return;
    }
    let wanted = limit;
    // EventStoreDB starts before the given position, so the event at that position is read separately.
    if (from !== undefined) {
      const isWanted = filter === undefined ? () => true : filterPredicate(filter);
      for await (const event of this.#forwards(from, 1, undefined, left)) {
        if (event.position !== from || !isWanted(event)) continue;
        yield event;
        wanted -= 1;
      }
    }
    if (wanted <= 0) return;
    const first = from === undefined ? 'end' : placeAt(from);
    const request = ({ last, delivered }: Progress): ReadRequest => ({
      source: { from: last === undefined ? first : placeAt(last.position), filter },
      direction,
      limit: wanted - delivered,
    });
    yield* this.#read(request, ({ delivered }) => delivered >= wanted, { left });
  }

  /** A read includes the event at its start; a read that continues has delivered that one already and skips it. */
  async *#forwards(
    from: bigint,
    limit: number,
    filter: EventFilter | undefined,
    left: AbortSignal,
  ): AsyncGenerator<RecordedEvent> {
    if (limit <= 0) return;
    let repeated: bigint | undefined;
    let delivered = 0;
    const request = ({ last }: Progress): ReadRequest => {
      repeated = last?.position;
      return {
        source: { from: placeAt(repeated ?? from), filter },
        direction: 'forwards',
        limit: limit - delivered + (repeated === undefined ? 0 : 1),
      };
    };
    for await (const event of this.#read(request, () => false, { left })) {
      if (event.position === repeated) continue;
      delivered += 1;
      yield event;
      if (delivered >= limit) return;
    }
  }

  /**
   * @param request creates the read that continues after some progress
   * @param isDone whether everything has been delivered
   */
  async *#read(
    request: (progress: Progress) => ReadRequest,
    isDone: (progress: Progress) => boolean,
    { deadline, left }: Ends,
  ): AsyncGenerator<RecordedEvent> {
    const { connection } = this;
    let progress: Progress = { last: undefined, delivered: 0 };
    let failures = 0;
    let time = patience(deadline);
    while (!isDone(progress) && !left?.aborted) {
      if (connection.failure !== undefined) await connection.upWithin(time);
      const session = connection.session();
      const pull = session.read(request(progress));
      const leave = () => pull.leave();
      left?.addEventListener('abort', leave);
      try {
        for await (const event of pullEvents(pull, () => connection.verify(session))) {
          progress = { last: event, delivered: progress.delivered + 1 };
          failures = 0;
          yield event;
          if (isDone(progress)) return;
        }
        return;
      } catch (error) {
        failures += 1;
        if (failures === 1) time = patience(deadline); // The time of the successful part does not count.
        await connection.waitToRepeat(connection.failed(error, session), 'read', failures, time);
      } finally {
        left?.removeEventListener('abort', leave);
      }
    }
  }
}
