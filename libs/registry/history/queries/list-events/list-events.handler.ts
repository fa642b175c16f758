import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventFilter, EventStore, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { readableEvent } from '#libs/engine/events/readable-event.js';
import { EVENT_CODEC, EVENT_STORE } from '#libs/engine/runtime/tokens.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { sequenceRange } from '../support/sequence-range.js';
import { whileWanted } from '../support/while-wanted.js';
import { eventMatcher } from './event-matcher.js';
import { ListEventsQuery } from './list-events.query.js';

@QueryHandler(ListEventsQuery)
export class ListEventsHandler implements IQueryHandler<ListEventsQuery> {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(EVENT_CODEC) private readonly codec: EventCodec,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
  ) {}

  /**
   * Reads until there are enough matches, the log ends, or the caller has gone. No match is left out, and no more than
   * the requested number is kept in memory.
   */
  async execute(query: ListEventsQuery): Promise<readonly DecodedEvent[]> {
    const { mayMatch, matches } = eventMatcher(query, this.codec, this.publicEvents);
    const found: DecodedEvent[] = [];
    for await (const recorded of whileWanted(this.#candidates(query), query.abandoned)) {
      const event = mayMatch(recorded) ? readableEvent(this.codec, recorded) : undefined;
      if (event !== undefined && matches(event) && found.push(event) === query.limit) break;
    }
    return found;
  }

  /** The smallest set of events that the store can select and that contains every match. */
  #candidates(query: ListEventsQuery): AsyncIterable<RecordedEvent> {
    if (query.aggregateId !== '') return this.#ofAggregate(query);
    return this.store.readAll({
      direction: query.ascending ? 'forwards' : 'backwards',
      filter: filterOf(query, this.publicEvents),
    });
  }

  async *#ofAggregate(query: ListEventsQuery): AsyncIterable<RecordedEvent> {
    const range = sequenceRange(query.sequence, query.ascending);
    if (range === undefined) return;
    // Ids are unique over all kinds of aggregates: at most one of the streams has events.
    for (const stream of this.publicEvents.streamsOf(query.aggregateId)) {
      let last: bigint | undefined;
      try {
        for await (const event of this.store.readStream(stream, range)) {
          yield event;
          last = event.position;
        }
      } catch (error) {
        if (!(error instanceof StreamDeletedError)) throw error;
        yield* this.#ofDeleted(stream, last, query);
      }
    }
  }

  /**
   * Another client has deleted the stream for good: its events are still in $all.
   *
   * @param last the position of the last event that was read before
   */
  async *#ofDeleted(stream: string, last: bigint | undefined, query: ListEventsQuery): AsyncIterable<RecordedEvent> {
    const { ascending, abandoned } = query;
    const direction = ascending ? 'forwards' : 'backwards';
    const everywhere = this.store.readAll({ direction, filter: { streamPrefixes: [stream] } });
    for await (const event of whileWanted(everywhere, abandoned)) {
      const isFurther = last === undefined || (ascending ? event.position > last : event.position < last);
      if (isFurther) yield event;
    }
  }
}

/** The filter of the store: by type where the query names types, otherwise by stream. */
function filterOf({ eventTypes }: ListEventsQuery, { types: known, streamPrefixes }: PublicEvents): EventFilter {
  const types = eventTypes.flatMap((name) => known.get(name) ?? []);
  if (types.length > 0) return { typePrefixes: types };
  return { streamPrefixes };
}
