import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import {
  type DiffApplicationRequest,
  type DiffProjectRequest,
  type GetApplicationStateRequest,
  type GetProjectStateRequest,
  HistoryService,
  type ListApplicationHistoryRequest,
  type ListProjectHistoryRequest,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { changeMessage, diffMessage, stateMessage } from '#libs/registry/shared/past/past-messages.js';
import { listDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { DiffApplicationQuery } from './queries/diff-application/diff-application.query.js';
import { DiffProjectQuery } from './queries/diff-project/diff-project.query.js';
import { GetApplicationStateQuery } from './queries/get-application-state/get-application-state.query.js';
import { GetProjectStateQuery } from './queries/get-project-state/get-project-state.query.js';
import { ListApplicationHistoryQuery } from './queries/list-application-history/list-application-history.query.js';
import { ListProjectHistoryQuery } from './queries/list-project-history/list-project-history.query.js';

/** The calls on the past of projects and applications. */
@Injectable()
@RpcService(HistoryService)
export class HistoryRpc {
  constructor(
    private readonly dispatcher: Dispatcher,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
  ) {}

  @Call(HistoryService.method.listApplicationHistory, {
    group: 'History',
    summary: 'List the changes of an application, each with its fields before and after',
    errors: ['QUERY-pCP8P'],
  })
  async listApplicationHistory(request: ListApplicationHistoryRequest, context: CallContext) {
    const listed = await this.dispatcher.query(new ListApplicationHistoryQuery(request, readContext(context)));
    return {
      details: listDetails(listed),
      result: listed.documents.map((one) => changeMessage(one, this.publicEvents)),
    };
  }

  @Call(HistoryService.method.getApplicationState, {
    group: 'History',
    summary: 'Read an application with its secrets and keys as it is, or was at a point of its past',
    errors: ['QUERY-pCP8P'],
  })
  async getApplicationState(request: GetApplicationStateRequest, context: CallContext) {
    const state = await this.dispatcher.query(new GetApplicationStateQuery(request, readContext(context)));
    return { state: stateMessage(state) };
  }

  @Call(HistoryService.method.diffApplication, {
    group: 'History',
    summary: 'Compare an application at two points of its past',
    errors: ['QUERY-pCP8P'],
  })
  async diffApplication(request: DiffApplicationRequest, context: CallContext) {
    const diff = await this.dispatcher.query(new DiffApplicationQuery(request, readContext(context)));
    return { diff: diffMessage(diff) };
  }

  @Call(HistoryService.method.listProjectHistory, {
    group: 'History',
    summary: 'List the changes of a project, each with its fields before and after',
    errors: ['COMMAND-3M9sd'],
  })
  async listProjectHistory(request: ListProjectHistoryRequest, context: CallContext) {
    const listed = await this.dispatcher.query(new ListProjectHistoryQuery(request, readContext(context)));
    return {
      details: listDetails(listed),
      result: listed.documents.map((one) => changeMessage(one, this.publicEvents)),
    };
  }

  @Call(HistoryService.method.getProjectState, {
    group: 'History',
    summary: 'Read a project as it is, or was at a point of its past',
    errors: ['COMMAND-3M9sd'],
  })
  async getProjectState(request: GetProjectStateRequest, context: CallContext) {
    const state = await this.dispatcher.query(new GetProjectStateQuery(request, readContext(context)));
    return { state: stateMessage(state) };
  }

  @Call(HistoryService.method.diffProject, {
    group: 'History',
    summary: 'Compare a project at two points of its past',
    errors: ['COMMAND-3M9sd'],
  })
  async diffProject(request: DiffProjectRequest, context: CallContext) {
    const diff = await this.dispatcher.query(new DiffProjectQuery(request, readContext(context)));
    return { diff: diffMessage(diff) };
  }
}
