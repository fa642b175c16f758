import { Query } from '@nestjs/cqrs';
import { type ListAppChangesRequest, ListAppChangesRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { ValidateNested } from 'class-validator';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { RegistryEvent } from '#libs/registry/shared/events.js';
import { ChangePage } from '../support/change-page.js';

/** What has happened to an application that is there. */
export class ListAppChangesQuery extends Query<readonly RegistryEvent[]> {
  @FollowsContract(ListAppChangesRequestSchema, 'projectId')
  readonly projectId: string;

  @FollowsContract(ListAppChangesRequestSchema, 'appId')
  readonly appId: string;

  @ValidateNested()
  readonly page: ChangePage;

  constructor(
    request: Pick<ListAppChangesRequest, 'projectId' | 'appId' | 'query'>,
    /** In whose eyes: the applications of other organizations are not there. */
    readonly organization: string,
  ) {
    super();
    this.projectId = request.projectId;
    this.appId = request.appId;
    this.page = new ChangePage(request.query);
  }
}
