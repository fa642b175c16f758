import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import type { PullEventsRequest } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import type { PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { ApplicationProjects } from './application-projects.js';
import type { CloudEvent } from './cloud-event.js';
import { EventDecoder } from './event-decoder.js';
import { Feed } from './feed.js';
import { LiveFeed } from './live-feed.js';
import { PullEventsHandler } from './queries/pull-events/pull-events.handler.js';
import { PullEventsQuery } from './queries/pull-events/pull-events.query.js';
import { StartingPoint } from './starting-point.js';

/** What the feed of a store is made of. */
export interface FeedParts {
  readonly store: EventStore;
  readonly identity: LogIdentity;
  readonly codec: EventCodec;
  readonly publicEvents: PublicEvents;
}

/** A page, as PullEvents answers it. */
export interface CloudEventPage {
  readonly events: CloudEvent[];
  readonly nextCursor: string;
  readonly hasMore: boolean;
}

/** Answers PullEvents out of an event store, without a server, for an operator, who sees all organizations. */
export function pagesOfStore(parts: FeedParts): (request: PullEventsRequest) => Promise<CloudEventPage> {
  const { store, identity, codec, publicEvents } = parts;
  const decoder = new EventDecoder(codec, publicEvents, identity, () => undefined);
  const projects = new ApplicationProjects(store, codec);
  const feed = new Feed(store, identity, decoder, projects, new LiveFeed(store, identity, decoder));
  const handler = new PullEventsHandler(feed, new StartingPoint(store, codec, publicEvents, identity), decoder);
  const never = new AbortController().signal;
  const operator = { organization: undefined, expiresAt: undefined, abandoned: never, stopping: never };
  return async (request) => {
    const page = await handler.execute(new PullEventsQuery(request, operator));
    return { ...page, events: page.events.map(({ envelope }) => envelope) };
  };
}
