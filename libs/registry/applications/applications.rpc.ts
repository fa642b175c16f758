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
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { changedDetails, createdDetails, listDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { appMessage } from './app-messages.js';
import { CreateApiAppCommand } from './commands/create-api-app/create-api-app.command.js';
import { DeactivateAppCommand } from './commands/deactivate-app/deactivate-app.command.js';
import { ReactivateAppCommand } from './commands/reactivate-app/reactivate-app.command.js';
import { RegenerateApiClientSecretCommand } from './commands/regenerate-api-client-secret/regenerate-api-client-secret.command.js';
import { RemoveAppCommand } from './commands/remove-app/remove-app.command.js';
import { UpdateApiAppConfigCommand } from './commands/update-api-app-config/update-api-app-config.command.js';
import { UpdateAppCommand } from './commands/update-app/update-app.command.js';
import { overlapOf, overlapParameter } from './overlap-header.js';
import { GetAppByIdQuery } from './queries/get-app-by-id/get-app-by-id.query.js';
import { ListAppsQuery } from './queries/list-apps/list-apps.query.js';

/** The calls on applications. */
@Injectable()
@RpcService(ManagementService)
export class ApplicationsRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call(ManagementService.method.addAPIApp, {
    group: 'Applications',
    summary: 'Create an API application; the answer contains its client secret, which cannot be read again',
    errors: ['PROJECT-Bff2g', 'COMMAND-EbFMN', 'V3-DKcYh'],
  })
  async addApiApp(request: AddAPIAppRequest, context: CallContext) {
    const command = new CreateApiAppCommand(request, commandContext(context));
    const { appId, clientId, clientSecret, details } = await this.dispatcher.command(command);
    return { appId, clientId, clientSecret: clientSecret ?? '', details: createdDetails(details) };
  }

  @Call(ManagementService.method.getAppByID, {
    group: 'Applications',
    summary: 'Read an application',
    errors: ['QUERY-pCP8P'],
    asOf: true,
  })
  async getAppById(request: GetAppByIDRequest, context: CallContext) {
    const application = await this.dispatcher.query(new GetAppByIdQuery(request, readContext(context)));
    return { app: appMessage(application) };
  }

  @Call(ManagementService.method.updateApp, {
    group: 'Applications',
    summary: 'Rename an application',
    errors: ['PROJECT-Bff2g', 'COMMAND-28di9', 'COMMAND-2m8vx', 'V3-DKcYh'],
  })
  async updateApp(request: UpdateAppRequest, context: CallContext) {
    const details = await this.dispatcher.command(new UpdateAppCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(ManagementService.method.updateAPIAppConfig, {
    group: 'Applications',
    summary: 'Change how an API application authenticates',
    errors: ['COMMAND-2n8uU', 'COMMAND-1m88i', 'COMMAND-Gnwt3'],
  })
  async updateApiAppConfig(request: UpdateAPIAppConfigRequest, context: CallContext) {
    const details = await this.dispatcher.command(new UpdateApiAppConfigCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(ManagementService.method.regenerateAPIClientSecret, {
    group: 'Applications',
    summary:
      'Generate a new client secret for an API application; the answer contains it, and the old secrets become invalid, at once or after the time in the header x-appledger-overlap',
    errors: ['COMMAND-2g66f', 'COMMAND-aeH4', 'COMMAND-7gKw2', 'SECRET-Fu11s'],
    headers: [overlapParameter],
  })
  async regenerateApiClientSecret(request: RegenerateAPIClientSecretRequest, context: CallContext) {
    const command = new RegenerateApiClientSecretCommand(request, commandContext(context), overlapOf(context));
    const { clientSecret, details } = await this.dispatcher.command(command);
    return { clientSecret, details: changedDetails(details) };
  }

  @Call(ManagementService.method.deactivateApp, {
    group: 'Applications',
    summary: 'Deactivate an application',
    errors: ['COMMAND-ov9d3', 'COMMAND-dsh35'],
  })
  async deactivateApp(request: DeactivateAppRequest, context: CallContext) {
    const details = await this.dispatcher.command(new DeactivateAppCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(ManagementService.method.reactivateApp, {
    group: 'Applications',
    summary: 'Reactivate an application',
    errors: ['COMMAND-ov9d3', 'COMMAND-1n8cM'],
  })
  async reactivateApp(request: ReactivateAppRequest, context: CallContext) {
    const details = await this.dispatcher.command(new ReactivateAppCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(ManagementService.method.removeApp, {
    group: 'Applications',
    summary: 'Remove an application permanently',
    errors: ['COMMAND-0po9s'],
  })
  async removeApp(request: RemoveAppRequest, context: CallContext) {
    const details = await this.dispatcher.command(new RemoveAppCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(ManagementService.method.listApps, {
    group: 'Applications',
    summary: 'List the applications of a project',
    errors: [],
    asOf: true,
  })
  async listApps(request: ListAppsRequest, context: CallContext) {
    const listed = await this.dispatcher.query(new ListAppsQuery(request, readContext(context)));
    return { details: listDetails(listed), result: listed.documents.map(appMessage) };
  }
}
