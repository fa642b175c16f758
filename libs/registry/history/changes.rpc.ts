import { Injectable } from '@nestjs/common';
import {
  type ListAppChangesRequest,
  type ListProjectChangesRequest,
  ManagementService,
} from '@zitadel/proto/zitadel/management_pb.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { Rpc, RpcService } from '#libs/engine/rpc/core/bind.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { changeMessage } from './event-messages.js';
import { ListAppChangesQuery } from './queries/list-app-changes/list-app-changes.query.js';
import { ListProjectChangesQuery } from './queries/list-project-changes/list-project-changes.query.js';

/** The calls that ask what has happened to a project or an application. */
@Injectable()
@RpcService(ManagementService)
export class ChangesRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Rpc(ManagementService.method.listProjectChanges)
  async listProjectChanges(request: ListProjectChangesRequest, { identity: { organization } }: CallContext) {
    const events = await this.dispatcher.query(new ListProjectChangesQuery(request, organization));
    return { result: events.map(changeMessage) };
  }

  @Rpc(ManagementService.method.listAppChanges)
  async listAppChanges(request: ListAppChangesRequest, { identity: { organization } }: CallContext) {
    const events = await this.dispatcher.query(new ListAppChangesQuery(request, organization));
    return { result: events.map(changeMessage) };
  }
}
