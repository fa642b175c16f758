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

/** Where a read goes on. */
interface Progress {
  /** The last event that has been delivered; undefined at the beginning. */
  readonly last: RecordedEvent | undefined;
  readonly delivered: number;
}

/** What ends a read early. */
interface Ends {
  readonly deadline?: number | undefined;
  readonly left?: AbortSignal;
}

/** Reads through a connection that may be lost: each read goes on, over as many connections as it takes. */
export class Reader {
  constructor(private readonly connection: Connection) {}

  /** Reads one stream. One that is not there has no events. */
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

  /** Reads $all. The server leaves out what the filter does not want. @param left ends the read, also while it waits */
  async *readAll(options: ReadAllOptions, left: AbortSignal): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', from, limit = Number.POSITIVE_INFINITY, filter } = options;
    if (direction === 'forwards') {
      yield* this.#forwards(from ?? BEFORE_FIRST_POSITION, limit, filter, left);
      return;
    }
    let wanted = limit;
    // EventStoreDB begins before the position that it is given, so the event there is read by itself.
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

  /** A read includes the event where it begins; one that goes on has delivered that already, and leaves it out. */
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
   * @param request the read that goes on from there
   * @param isDone whether all has been delivered
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
      try {
        const pull = session.read(request(progress));
        left?.addEventListener('abort', () => pull.leave());
        for await (const event of pullEvents(pull, () => connection.verify(session))) {
          progress = { last: event, delivered: progress.delivered + 1 };
          failures = 0;
          yield event;
          if (isDone(progress)) return;
        }
        return;
      } catch (error) {
        failures += 1;
        if (failures === 1) time = patience(deadline); // What was read until now has taken its own time.
        await connection.waitToRepeat(connection.failed(error, session), 'read', failures, time);
      }
    }
  }
}
