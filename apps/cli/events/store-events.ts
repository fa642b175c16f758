import { EventService } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import type { AskedStore } from '../ask-store.js';
import { type EventPage, type EventSource, MAX_PAGE } from './event-source.js';

/** How long an answer waits for the next event. */
const WAIT_SECONDS = 20n;

/** The feed of an event store, which is asked without a server. */
export function storeEvents(store: Pick<AskedStore, 'json'>): EventSource {
  return async function* ({ after, limit, types, project = '', application = '', follow }) {
    const wait = { seconds: follow ? WAIT_SECONDS : 0n };
    let [cursor, left] = [after, limit];
    for (let hasMore = true; hasMore && left > 0; ) {
      const page = (await store.json(EventService.method.pullEvents, {
        after: cursor,
        types: [...types],
        project,
        application,
        limit: Math.min(left, MAX_PAGE),
        wait,
      })) as unknown as EventPage;
      const { events = [], nextCursor } = page;
      cursor = nextCursor;
      yield { events, cursor };
      left -= events.length;
      hasMore = follow || page.hasMore === true;
    }
  };
}
