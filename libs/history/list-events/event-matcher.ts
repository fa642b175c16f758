import type { StoredEvent } from '#libs/contract/events/event-codec.js';
import { publicEventNames } from '#libs/contract/events/event-names.js';
import { aggregateOf } from '#libs/contract/events/public-events.js';
import type { ListEventsQuery } from './list-events.query.js';

/** What the query asks of each event, as a question to one. */
export function eventMatcher(query: ListEventsQuery): (event: StoredEvent) => boolean {
  const names = new Set(query.eventTypes);
  const kinds = new Set<string>(query.aggregateTypes);
  const { editorUserId, aggregateId, resourceOwner } = query;
  return ({ type, stream, revision, meta }) => {
    const name = publicEventNames[type];
    const aggregate = aggregateOf(stream);
    return (
      name !== undefined &&
      aggregate !== undefined &&
      (names.size === 0 || names.has(name)) &&
      (kinds.size === 0 || kinds.has(aggregate.type)) &&
      (aggregateId === '' || aggregateId === aggregate.id) &&
      (editorUserId === '' || editorUserId === meta.editor.user) &&
      (resourceOwner === '' || resourceOwner === meta.resourceOwner) &&
      isBehind(revision + 1n, query) &&
      isWithin(BigInt(Date.parse(meta.occurredAt)), query)
    );
  };
}

function isBehind(sequence: bigint, query: ListEventsQuery): boolean {
  if (query.sequence === 0n) return true;
  return query.ascending ? sequence > query.sequence : sequence < query.sequence;
}

function isWithin(at: bigint, { since = at, until = at }: ListEventsQuery): boolean {
  return since <= at && at <= until;
}
