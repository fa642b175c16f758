import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import {
  type DiffApplicationRequest,
  type DiffProjectRequest,
  type DiffWebhookRequest,
  type GetApplicationStateRequest,
  type GetProjectStateRequest,
  type GetWebhookStateRequest,
  HistoryService,
  type ListApplicationHistoryRequest,
  type ListProjectHistoryRequest,
  type ListWebhookHistoryRequest,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { diffMessage, historyMessage, stateMessage } from '#libs/registry/shared/past/past-messages.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { DiffQuery } from './queries/diff/diff.query.js';
import { GetStateQuery } from './queries/get-state/get-state.query.js';
import { ListHistoryQuery } from './queries/list-history/list-history.query.js';
import { ApplicationSubject, ProjectSubject, type Subject, WebhookSubject } from './queries/support/subjects.js';

/** The calls on the past of projects, applications and webhooks. */
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
    return this.#history(new ApplicationSubject(request), request, context);
  }

  @Call(HistoryService.method.getApplicationState, {
    group: 'History',
    summary: 'Read an application with its secrets and keys as it is, or was at a point of its past',
    errors: ['QUERY-pCP8P'],
  })
  async getApplicationState(request: GetApplicationStateRequest, context: CallContext) {
    return this.#state(new ApplicationSubject(request), request, context);
  }

  @Call(HistoryService.method.diffApplication, {
    group: 'History',
    summary: 'Compare an application at two points of its past',
    errors: ['QUERY-pCP8P'],
  })
  async diffApplication(request: DiffApplicationRequest, context: CallContext) {
    return this.#diff(new ApplicationSubject(request), request, context);
  }

  @Call(HistoryService.method.listProjectHistory, {
    group: 'History',
    summary: 'List the changes of a project, each with its fields before and after',
    errors: ['COMMAND-3M9sd'],
  })
  async listProjectHistory(request: ListProjectHistoryRequest, context: CallContext) {
    return this.#history(new ProjectSubject(request), request, context);
  }

  @Call(HistoryService.method.getProjectState, {
    group: 'History',
    summary: 'Read a project as it is, or was at a point of its past',
    errors: ['COMMAND-3M9sd'],
  })
  async getProjectState(request: GetProjectStateRequest, context: CallContext) {
    return this.#state(new ProjectSubject(request), request, context);
  }

  @Call(HistoryService.method.diffProject, {
    group: 'History',
    summary: 'Compare a project at two points of its past',
    errors: ['COMMAND-3M9sd'],
  })
  async diffProject(request: DiffProjectRequest, context: CallContext) {
    return this.#diff(new ProjectSubject(request), request, context);
  }

  @Call(HistoryService.method.listWebhookHistory, {
    group: 'History',
    summary: 'List the changes of a webhook, each with its fields before and after',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async listWebhookHistory(request: ListWebhookHistoryRequest, context: CallContext) {
    return this.#history(new WebhookSubject(request), request, context);
  }

  @Call(HistoryService.method.getWebhookState, {
    group: 'History',
    summary: 'Read a webhook as it is, or was at a point of its past',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async getWebhookState(request: GetWebhookStateRequest, context: CallContext) {
    return this.#state(new WebhookSubject(request), request, context);
  }

  @Call(HistoryService.method.diffWebhook, {
    group: 'History',
    summary: 'Compare a webhook at two points of its past',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async diffWebhook(request: DiffWebhookRequest, context: CallContext) {
    return this.#diff(new WebhookSubject(request), request, context);
  }

  async #history(subject: Subject, request: Pick<ListApplicationHistoryRequest, 'query'>, { identity }: CallContext) {
    const listed = await this.dispatcher.query(new ListHistoryQuery(subject, request, identity));
    return historyMessage(listed, this.publicEvents);
  }

  async #state(subject: Subject, request: Pick<GetApplicationStateRequest, 'at'>, { identity }: CallContext) {
    return { state: stateMessage(await this.dispatcher.query(new GetStateQuery(subject, request, identity))) };
  }

  async #diff(subject: Subject, request: Pick<DiffApplicationRequest, 'from' | 'to'>, { identity }: CallContext) {
    return { diff: diffMessage(await this.dispatcher.query(new DiffQuery(subject, request, identity))) };
  }
}
