import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { PublicEvents } from '#libs/registry/shared/features/public-events.js';
import type { ListEventsQuery } from './list-events.query.js';

/** The conditions of a query on an event, in two steps. */
export interface EventMatcher {
  /**
   * Whether the event may match: its place and its type do. Its data and metadata need not be decoded for that. An event
   * of a type that is not known may match, unless the query asks for other types.
   */
  mayMatch(event: Pick<RecordedEvent, 'type' | 'stream' | 'revision'>): boolean;
  /** Whether the metadata match as well. */
  matches(event: DecodedEvent): boolean;
}

/** Compiles the query. */
export function eventMatcher(query: ListEventsQuery, codec: EventCodec, publicEvents: PublicEvents): EventMatcher {
  const names = new Set(query.eventTypes);
  const kinds = new Set<string>(query.aggregateTypes);
  const { editorUserId, aggregateId, resourceOwner } = query;
  return {
    mayMatch({ type, stream, revision }) {
      const isKnown = codec.definitionOf(type) !== undefined;
      const name = publicEvents.nameOf(type);
      if ((isKnown && name === undefined) || (names.size > 0 && (name === undefined || !names.has(name)))) return false;
      const aggregate = publicEvents.aggregateOf(stream);
      return (
        aggregate !== undefined &&
        (kinds.size === 0 || kinds.has(aggregate.type)) &&
        (aggregateId === '' || aggregateId === aggregate.id) &&
        isBehind(revision + 1n, query)
      );
    },
    matches: ({ meta }) =>
      (editorUserId === '' || editorUserId === meta.editor.user) &&
      (resourceOwner === '' || resourceOwner === meta.resourceOwner) &&
      isWithin(BigInt(Date.parse(meta.occurredAt)), query),
  };
}

function isBehind(sequence: bigint, query: ListEventsQuery): boolean {
  if (query.sequence === 0n) return true;
  return query.ascending ? sequence > query.sequence : sequence < query.sequence;
}

function isWithin(at: bigint, { since = at, until = at }: ListEventsQuery): boolean {
  return since <= at && at <= until;
}
