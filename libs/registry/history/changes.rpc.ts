import { Inject, Injectable } from '@nestjs/common';
import {
  type ListAppChangesRequest,
  type ListProjectChangesRequest,
  ManagementService,
} from '@zitadel/proto/zitadel/management_pb.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { type EventMessages, eventMessages } from './event-messages.js';
import { ListAppChangesQuery } from './queries/list-app-changes/list-app-changes.query.js';
import { ListProjectChangesQuery } from './queries/list-project-changes/list-project-changes.query.js';

/** The calls that list the changes of a project or an application. */
@Injectable()
@RpcService(ManagementService)
export class ChangesRpc {
  readonly #messages: EventMessages;

  constructor(
    private readonly dispatcher: Dispatcher,
    @Inject(PUBLIC_EVENTS) publicEvents: PublicEvents,
  ) {
    this.#messages = eventMessages(publicEvents);
  }

  @Call(ManagementService.method.listProjectChanges, {
    group: 'Projects',
    summary: 'List the changes of a project',
    errors: ['COMMAND-3M9sd'],
    asOf: true,
  })
  async listProjectChanges(request: ListProjectChangesRequest, context: CallContext) {
    const events = await this.dispatcher.query(new ListProjectChangesQuery(request, readContext(context)));
    return { result: events.map(this.#messages.change) };
  }

  @Call(ManagementService.method.listAppChanges, {
    group: 'Applications',
    summary: 'List the changes of an application',
    errors: ['QUERY-pCP8P'],
    asOf: true,
  })
  async listAppChanges(request: ListAppChangesRequest, context: CallContext) {
    const events = await this.dispatcher.query(new ListAppChangesQuery(request, readContext(context)));
    return { result: events.map(this.#messages.change) };
  }
}
