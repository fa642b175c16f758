import { eventService } from '#libs/registry/contract/services.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { ApplicationProjects } from './application-projects.js';
import { EventDecoder } from './event-decoder.js';
import { EventFeed } from './event-feed.js';
import { Feed } from './feed.js';
import { feedRefusals } from './feed.refusals.js';
import { FeedRpc } from './feed.rpc.js';
import { LiveFeed } from './live-feed.js';
import { PullEventsHandler } from './queries/pull-events/pull-events.handler.js';
import { WatchEventsHandler } from './queries/watch-events/watch-events.handler.js';
import { schemaRoute } from './schema-route.js';
import { StartPoints } from './start-points.js';
import { StartingPoint } from './starting-point.js';

/** Feed: the events of projects and applications for subscribers, who pull them or get them as they happen. */
export const feedFeature: Feature = {
  name: 'feed',
  refusals: feedRefusals,
  providers: [
    ApplicationProjects,
    EventDecoder,
    LiveFeed,
    Feed,
    StartingPoint,
    { provide: StartPoints, useExisting: StartingPoint },
    PullEventsHandler,
    WatchEventsHandler,
    { provide: EventFeed, useExisting: Feed },
  ],
  services: [eventService],
  calls: [FeedRpc],
  routes: [schemaRoute],
  groups: { Subscribers: 'The events of projects and applications, for programs that react to them.' },
};
