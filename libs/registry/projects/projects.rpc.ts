import { Injectable } from '@nestjs/common';
import {
  type AddProjectRequest,
  type DeactivateProjectRequest,
  type GetProjectByIDRequest,
  type ListProjectsRequest,
  ManagementService,
  type ReactivateProjectRequest,
  type RemoveProjectRequest,
  type UpdateProjectRequest,
} from '@zitadel/proto/zitadel/management_pb.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { changedDetails, createdDetails, listDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { AddProjectCommand } from './commands/add-project/add-project.command.js';
import { DeactivateProjectCommand } from './commands/deactivate-project/deactivate-project.command.js';
import { ReactivateProjectCommand } from './commands/reactivate-project/reactivate-project.command.js';
import { RemoveProjectCommand } from './commands/remove-project/remove-project.command.js';
import { UpdateProjectCommand } from './commands/update-project/update-project.command.js';
import { projectMessage } from './project-message.js';
import { GetProjectByIdQuery } from './queries/get-project-by-id/get-project-by-id.query.js';
import { ListProjectsQuery } from './queries/list-projects/list-projects.query.js';

/** The calls on projects. */
@Injectable()
@RpcService(ManagementService)
export class ProjectsRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call(ManagementService.method.addProject, {
    group: 'Projects',
    summary: 'Add a project to the organization',
    errors: ['PROJECT-IOVCC', 'COMMAND-opamwu'],
  })
  async addProject(request: AddProjectRequest, context: CallContext) {
    const command = new AddProjectCommand(request, commandContext(context));
    const { projectId, details } = await this.dispatcher.command(command);
    return { id: projectId, details: createdDetails(details) };
  }

  @Call(ManagementService.method.getProjectByID, {
    group: 'Projects',
    summary: 'Read a project',
    errors: ['COMMAND-3M9sd'],
    asOf: true,
  })
  async getProjectById(request: GetProjectByIDRequest, context: CallContext) {
    const project = await this.dispatcher.query(new GetProjectByIdQuery(request, readContext(context)));
    return { project: projectMessage(project) };
  }

  @Call(ManagementService.method.listProjects, {
    group: 'Projects',
    summary: 'List the projects of the organization',
    errors: [],
    asOf: true,
  })
  async listProjects(request: ListProjectsRequest, context: CallContext) {
    const listed = await this.dispatcher.query(new ListProjectsQuery(request, readContext(context)));
    return { details: listDetails(listed), result: listed.documents.map(projectMessage) };
  }

  @Call(ManagementService.method.updateProject, {
    group: 'Projects',
    summary: 'Change the name and settings of a project',
    errors: ['PROJECT-IOVCC', 'COMMAND-opamwu', 'COMMAND-3M9sd', 'COMMAND-2M0fs'],
  })
  async updateProject(request: UpdateProjectRequest, context: CallContext) {
    const details = await this.dispatcher.command(new UpdateProjectCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(ManagementService.method.deactivateProject, {
    group: 'Projects',
    summary: 'Deactivate a project',
    errors: ['COMMAND-3M9sd', 'COMMAND-mki55'],
  })
  async deactivateProject(request: DeactivateProjectRequest, context: CallContext) {
    const details = await this.dispatcher.command(new DeactivateProjectCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(ManagementService.method.reactivateProject, {
    group: 'Projects',
    summary: 'Reactivate a project',
    errors: ['COMMAND-3M9sd', 'COMMAND-5M9bs'],
  })
  async reactivateProject(request: ReactivateProjectRequest, context: CallContext) {
    const details = await this.dispatcher.command(new ReactivateProjectCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(ManagementService.method.removeProject, {
    group: 'Projects',
    summary: 'Remove a project and its applications permanently',
    errors: ['COMMAND-3M9sd'],
  })
  async removeProject(request: RemoveProjectRequest, context: CallContext) {
    const details = await this.dispatcher.command(new RemoveProjectCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }
}
