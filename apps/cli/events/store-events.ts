import { toJson } from '@bufbuild/protobuf';
import { CloudEventSchema, EventService } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import type { RemoteServer } from '../calls/remote-server.js';
import { type EventJson, type EventSource, MAX_PAGE } from './event-source.js';

/** How long an answer waits for the next event. */
const WAIT_SECONDS = 20n;

/** The feed of an event store, which is asked without a server. */
export function storeEvents(store: Pick<RemoteServer, 'call'>): EventSource {
  return async function* ({ after, limit, types, project = '', application = '', follow }) {
    const wait = { seconds: follow ? WAIT_SECONDS : 0n };
    let [cursor, left] = [after, limit];
    for (let hasMore = true; hasMore && left > 0; ) {
      const page = await store.call(EventService.method.pullEvents, {
        after: cursor,
        types: [...types],
        project,
        application,
        limit: Math.min(left, MAX_PAGE),
        wait,
      });
      cursor = page.nextCursor;
      yield { events: page.events.map((event) => toJson(CloudEventSchema, event) as unknown as EventJson), cursor };
      left -= page.events.length;
      hasMore = follow || page.hasMore;
    }
  };
}
