import type { EventFilter, RecordedEvent } from './event-store.js';

/** A filter as a question to an event. */
export function filterPredicate(filter: EventFilter): (event: Pick<RecordedEvent, 'stream' | 'type'>) => boolean {
  if ('streamPrefixes' in filter) {
    return ({ stream }) => filter.streamPrefixes.some((prefix) => stream.startsWith(prefix));
  }
  return ({ type }) => filter.typePrefixes.some((prefix) => type.startsWith(prefix));
}
