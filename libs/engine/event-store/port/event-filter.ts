import type { EventFilter, RecordedEvent } from './event-store.js';

/** Converts a filter to a predicate on events. */
export function filterPredicate(filter: EventFilter): (event: Pick<RecordedEvent, 'stream' | 'type'>) => boolean {
  if ('streamPrefixes' in filter) {
    return ({ stream }) => filter.streamPrefixes.some((prefix) => stream.startsWith(prefix));
  }
  return ({ type }) => filter.typePrefixes.some((prefix) => type.startsWith(prefix));
}
