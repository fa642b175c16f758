import { Inject, Injectable } from '@nestjs/common';
import { AdminService, type ListEventsRequest } from '@zitadel/proto/zitadel/admin_pb.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { aggregateTypeMessage, type EventMessages, eventMessages } from './event-messages.js';
import { ListEventsQuery } from './queries/list-events/list-events.query.js';

/** The calls on the events of the whole store. */
@Injectable()
@RpcService(AdminService)
export class EventsRpc {
  readonly #messages: EventMessages;

  constructor(
    private readonly dispatcher: Dispatcher,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
  ) {
    this.#messages = eventMessages(publicEvents);
  }

  @Call(AdminService.method.listEvents, {
    group: 'Events',
    summary: 'List events: who changed what, and when',
    errors: [],
  })
  async listEvents(request: ListEventsRequest, { abandoned }: CallContext) {
    const events = await this.dispatcher.query(new ListEventsQuery(request, abandoned()));
    return { events: events.map(this.#messages.event) };
  }

  @Call(AdminService.method.listEventTypes, { group: 'Events', summary: 'List the event types', errors: [] })
  async listEventTypes() {
    return { eventTypes: [...this.publicEvents.types.values()].map(this.#messages.eventType) };
  }

  @Call(AdminService.method.listAggregateTypes, {
    group: 'Events',
    summary: 'List the aggregate types',
    errors: [],
  })
  async listAggregateTypes() {
    return { aggregateTypes: this.publicEvents.aggregateTypes.map(aggregateTypeMessage) };
  }
}
