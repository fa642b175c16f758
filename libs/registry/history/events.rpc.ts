import { Injectable } from '@nestjs/common';
import { AdminService, type ListEventsRequest } from '@zitadel/proto/zitadel/admin_pb.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { Rpc, RpcService } from '#libs/engine/rpc/core/bind.js';
import { aggregateTypes, publicEvents } from '#libs/registry/contract/events/public-events.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { aggregateTypeMessage, eventMessage, eventTypeMessage } from './event-messages.js';
import { ListEventsQuery } from './queries/list-events/list-events.query.js';

/** The calls on the events of the whole store. */
@Injectable()
@RpcService(AdminService)
export class EventsRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Rpc(AdminService.method.listEvents)
  async listEvents(request: ListEventsRequest, { abandoned }: CallContext) {
    const events = await this.dispatcher.query(new ListEventsQuery(request, abandoned()));
    return { events: events.map(eventMessage) };
  }

  @Rpc(AdminService.method.listEventTypes)
  async listEventTypes() {
    return { eventTypes: [...publicEvents.values()].map(eventTypeMessage) };
  }

  @Rpc(AdminService.method.listAggregateTypes)
  async listAggregateTypes() {
    return { aggregateTypes: aggregateTypes.map(aggregateTypeMessage) };
  }
}
