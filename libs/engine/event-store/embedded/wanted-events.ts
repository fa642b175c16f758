import type { EventFilter } from '../port/event-store.js';
import type { StoredEvent } from './stored-event.js';

/** A filter as a question to a stored event. It compares bytes: UTF-8 begins alike where texts do. */
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
