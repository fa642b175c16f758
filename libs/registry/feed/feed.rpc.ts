import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import {
  EventService,
  type PullEventsRequest,
  type WatchEventsRequest,
} from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { eventSchemas } from './event-schemas.js';
import { PullEventsQuery } from './queries/pull-events/pull-events.query.js';
import { feedReader } from './queries/support/feed-reader.js';
import { WatchEventsQuery } from './queries/watch-events/watch-events.query.js';

/** The calls on the feed of events. */
@Injectable()
@RpcService(EventService)
export class FeedRpc {
  constructor(
    private readonly dispatcher: Dispatcher,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
  ) {}

  @Call(EventService.method.pullEvents, {
    group: 'Subscribers',
    summary: 'Read the events after a cursor',
    errors: ['FEED-w4Kp2', 'FEED-h7Rz9'],
  })
  async pullEvents(request: PullEventsRequest, context: CallContext) {
    const page = await this.dispatcher.query(new PullEventsQuery(request, feedReader(context)));
    return { ...page, events: page.events.map(({ envelope }) => envelope) };
  }

  @Call(EventService.method.watchEvents, {
    group: 'Subscribers',
    summary: 'Get the events after a cursor, and new ones as they happen',
    errors: ['FEED-w4Kp2', 'FEED-h7Rz9'],
  })
  watchEvents(request: WatchEventsRequest, context: CallContext) {
    const lastEventId = context.header('last-event-id') || undefined;
    return this.dispatcher.query(new WatchEventsQuery(request, lastEventId, feedReader(context)));
  }

  @Call(EventService.method.listEventSchemas, {
    group: 'Subscribers',
    summary: 'List the types of events, with their JSON Schemas',
    errors: [],
  })
  async listEventSchemas() {
    return { types: eventSchemas(this.publicEvents) };
  }
}
