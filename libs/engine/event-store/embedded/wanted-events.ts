import type { EventFilter } from '../port/event-store.js';
import type { StoredEvent } from './stored-event.js';

/** A filter as a predicate of stored events. It compares bytes: a prefix of a text is a prefix of its UTF-8. */
export function wantedBy(filter: EventFilter): (event: StoredEvent) => boolean {
  if ('streamPrefixes' in filter) {
    const prefixes = filter.streamPrefixes.map(utf8);
    return (event) => event.isOfStreamsWith(prefixes);
  }
  const prefixes = filter.typePrefixes.map(utf8);
  return (event) => event.isOfTypesWith(prefixes);
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text);
}
