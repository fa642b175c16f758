import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import {
  ListApplicationHistoryRequestSchema,
  ListProjectHistoryRequestSchema,
  ListWebhookHistoryRequestSchema,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';

/** The aggregate whose past is asked for, as a request names it. */
export type Subject = ApplicationSubject | ProjectSubject | WebhookSubject;

export class ApplicationSubject {
  readonly aggregateType = 'application';

  @FollowsContract(ListApplicationHistoryRequestSchema, 'applicationId')
  readonly id: string;

  constructor(request: { readonly applicationId: string }) {
    this.id = request.applicationId;
  }
}

export class ProjectSubject {
  readonly aggregateType = 'project';

  @FollowsContract(ListProjectHistoryRequestSchema, 'projectId')
  readonly id: string;

  constructor(request: { readonly projectId: string }) {
    this.id = request.projectId;
  }
}

export class WebhookSubject {
  readonly aggregateType = 'webhook';

  @FollowsContract(ListWebhookHistoryRequestSchema, 'webhookId')
  readonly id: string;

  constructor(request: { readonly webhookId: string }) {
    this.id = request.webhookId;
  }
}
