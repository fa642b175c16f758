import { type EventPage, type EventRequest, type EventStep, MAX_PAGE } from './event-source.js';

/**
 * Pulls page after page up to the limit of the request. When it does not follow, it ends with the last page.
 *
 * @param pull answers a page of at most so many events after a cursor
 */
export async function* eventPages(
  { after, limit, follow }: Pick<EventRequest, 'after' | 'limit' | 'follow'>,
  pull: (after: string, most: number) => Promise<EventPage>,
): AsyncGenerator<EventStep> {
  let [cursor, left] = [after, limit];
  for (let hasMore = true; hasMore && left > 0; ) {
    const page = await pull(cursor, Math.min(left, MAX_PAGE));
    const { events = [], nextCursor } = page;
    cursor = nextCursor;
    yield { events, cursor };
    left -= events.length;
    hasMore = follow || page.hasMore === true;
  }
}
