import type { EventFilter } from '../port/event-store.js';
import type { StoredEvent } from './record.js';

/** A filter as a question to an event. */
export function filterPredicate(filter: EventFilter): (event: StoredEvent) => boolean {
  if ('streamPrefixes' in filter) {
    return ({ stream }) => filter.streamPrefixes.some((prefix) => stream.startsWith(prefix));
  }
  return ({ type }) => filter.typePrefixes.some((prefix) => type.startsWith(prefix));
}
