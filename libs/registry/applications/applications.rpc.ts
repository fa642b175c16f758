import { Injectable } from '@nestjs/common';
import {
  type AddAPIAppRequest,
  type DeactivateAppRequest,
  type GetAppByIDRequest,
  type ListAppsRequest,
  ManagementService,
  type ReactivateAppRequest,
  type RegenerateAPIClientSecretRequest,
  type RemoveAppRequest,
  type UpdateAPIAppConfigRequest,
  type UpdateAppRequest,
} from '@zitadel/proto/zitadel/management_pb.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { Rpc, RpcService } from '#libs/engine/rpc/core/bind.js';
import { appMessage, changedDetails, createdDetails, listDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { CreateApiAppCommand } from './commands/create-api-app/create-api-app.command.js';
import { DeactivateAppCommand } from './commands/deactivate-app/deactivate-app.command.js';
import { ReactivateAppCommand } from './commands/reactivate-app/reactivate-app.command.js';
import { RegenerateSecretCommand } from './commands/regenerate-secret/regenerate-secret.command.js';
import { RemoveAppCommand } from './commands/remove-app/remove-app.command.js';
import { RenameAppCommand } from './commands/rename-app/rename-app.command.js';
import { UpdateApiConfigCommand } from './commands/update-api-config/update-api-config.command.js';
import { GetAppByIdQuery } from './queries/get-app-by-id/get-app-by-id.query.js';
import { ListAppsQuery } from './queries/list-apps/list-apps.query.js';

/** The calls on applications. */
@Injectable()
@RpcService(ManagementService)
export class ApplicationsRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Rpc(ManagementService.method.addAPIApp)
  async addApiApp(request: AddAPIAppRequest, context: CallContext) {
    const command = new CreateApiAppCommand(request, commandContext(context));
    const { appId, clientId, clientSecret, details } = await this.dispatcher.command(command);
    return { appId, clientId, clientSecret: clientSecret ?? '', details: createdDetails(details) };
  }

  @Rpc(ManagementService.method.getAppByID)
  async getAppById(request: GetAppByIDRequest, context: CallContext) {
    const application = await this.dispatcher.query(new GetAppByIdQuery(request, readContext(context)));
    return { app: appMessage(application) };
  }

  @Rpc(ManagementService.method.updateApp)
  async updateApp(request: UpdateAppRequest, context: CallContext) {
    const details = await this.dispatcher.command(new RenameAppCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Rpc(ManagementService.method.updateAPIAppConfig)
  async updateApiAppConfig(request: UpdateAPIAppConfigRequest, context: CallContext) {
    const details = await this.dispatcher.command(new UpdateApiConfigCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Rpc(ManagementService.method.regenerateAPIClientSecret)
  async regenerateApiClientSecret(request: RegenerateAPIClientSecretRequest, context: CallContext) {
    const command = new RegenerateSecretCommand(request, commandContext(context));
    const { clientSecret, details } = await this.dispatcher.command(command);
    return { clientSecret, details: changedDetails(details) };
  }

  @Rpc(ManagementService.method.deactivateApp)
  async deactivateApp(request: DeactivateAppRequest, context: CallContext) {
    const details = await this.dispatcher.command(new DeactivateAppCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Rpc(ManagementService.method.reactivateApp)
  async reactivateApp(request: ReactivateAppRequest, context: CallContext) {
    const details = await this.dispatcher.command(new ReactivateAppCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Rpc(ManagementService.method.removeApp)
  async removeApp(request: RemoveAppRequest, context: CallContext) {
    const details = await this.dispatcher.command(new RemoveAppCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Rpc(ManagementService.method.listApps)
  async listApps(request: ListAppsRequest, context: CallContext) {
    const listed = await this.dispatcher.query(new ListAppsQuery(request, readContext(context)));
    return { details: listDetails(listed), result: listed.documents.map(appMessage) };
  }
}
