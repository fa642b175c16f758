import { EventService } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import type { AskedStore } from '../ask-store.js';
import { eventPages } from './event-pages.js';
import type { EventPage, EventSource } from './event-source.js';

/** How long an answer waits for the next event. */
const WAIT_SECONDS = 20n;

/** The feed of an event store, which is asked without a server. */
export function storeEvents(store: Pick<AskedStore, 'json'>): EventSource {
  return (request) => {
    const { types, project = '', application = '', follow } = request;
    const selection = { types: [...types], project, application, wait: { seconds: follow ? WAIT_SECONDS : 0n } };
    return eventPages(request, async (after, limit) => {
      const page = await store.json(EventService.method.pullEvents, { ...selection, after, limit });
      return page as unknown as EventPage;
    });
  };
}
