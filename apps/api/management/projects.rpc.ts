import { Injectable } from '@nestjs/common';
import {
  type AddProjectRequest,
  type GetProjectByIDRequest,
  ManagementService,
} from '@zitadel/proto/zitadel/management_pb.js';
import { AddProjectCommand } from '#libs/commands/add-project/add-project.command.js';
import { Dispatcher } from '#libs/platform/dispatcher.js';
import { GetProjectByIdQuery } from '#libs/queries/get-project-by-id/get-project-by-id.query.js';
import { Rpc, RpcService } from '#libs/rpc/bind.js';
import type { RpcContext } from '#libs/rpc/rpc-context.js';
import { createdDetails, projectMessage } from './answers.js';
import { commandContext } from './command-context.js';

/** The calls on projects. */
@Injectable()
@RpcService(ManagementService)
export class ProjectsRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Rpc(ManagementService.method.addProject)
  async addProject(request: AddProjectRequest, context: RpcContext) {
    const command = new AddProjectCommand(request, commandContext(context));
    const { projectId, details } = await this.dispatcher.command(command);
    return { id: projectId, details: createdDetails(details) };
  }

  @Rpc(ManagementService.method.getProjectByID)
  async getProjectById(request: GetProjectByIDRequest, { organization }: RpcContext) {
    return { project: projectMessage(await this.dispatcher.query(new GetProjectByIdQuery(request, organization))) };
  }
}
