import { Injectable } from '@nestjs/common';
import {
  type AddAPIAppRequest,
  type GetAppByIDRequest,
  type ListAppsRequest,
  ManagementService,
} from '@zitadel/proto/zitadel/management_pb.js';
import { CreateApiAppCommand } from '#libs/commands/create-api-app/create-api-app.command.js';
import { Dispatcher } from '#libs/platform/dispatcher.js';
import { GetAppByIdQuery } from '#libs/queries/get-app-by-id/get-app-by-id.query.js';
import { ListAppsQuery } from '#libs/queries/list-apps/list-apps.query.js';
import { Rpc, RpcService } from '#libs/rpc/bind.js';
import type { RpcContext } from '#libs/rpc/rpc-context.js';
import { appMessage, createdDetails, listDetails } from './answers.js';
import { commandContext } from './command-context.js';
import { readContext } from './read-context.js';

/** The calls on applications. */
@Injectable()
@RpcService(ManagementService)
export class ApplicationsRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Rpc(ManagementService.method.addAPIApp)
  async addApiApp(request: AddAPIAppRequest, context: RpcContext) {
    const command = new CreateApiAppCommand(request, commandContext(context));
    const { appId, clientId, clientSecret, details } = await this.dispatcher.command(command);
    return { appId, clientId, clientSecret: clientSecret ?? '', details: createdDetails(details) };
  }

  @Rpc(ManagementService.method.getAppByID)
  async getAppById(request: GetAppByIDRequest, context: RpcContext) {
    const application = await this.dispatcher.query(new GetAppByIdQuery(request, readContext(context)));
    return { app: appMessage(application) };
  }

  @Rpc(ManagementService.method.listApps)
  async listApps(request: ListAppsRequest, context: RpcContext) {
    const listed = await this.dispatcher.query(new ListAppsQuery(request, readContext(context)));
    return { details: listDetails(listed), result: listed.documents.map(appMessage) };
  }
}
