import type { IndexedEvent } from './index/recent-index.js';
import type { StoredEvent } from './stored-event.js';

/**
 * A stored event as the index knows it.
 *
 * @param offset of its record in its segment
 */
export function indexedEvent(
  { stream, revision, position, isFindable, id }: StoredEvent,
  offset: number,
): IndexedEvent {
  return { stream, revision, position: Number(position), offset, id: isFindable ? id : undefined };
}
