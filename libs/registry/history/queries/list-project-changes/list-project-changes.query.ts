import { Query } from '@nestjs/cqrs';
import {
  type ListProjectChangesRequest,
  ListProjectChangesRequestSchema,
} from '@zitadel/proto/zitadel/management_pb.js';
import { ValidateNested } from 'class-validator';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { RegistryEvent } from '#libs/registry/shared/events.js';
import { ChangePage } from '../support/change-page.js';

/** What has happened to a project that is there; not to its applications, which have histories of their own. */
export class ListProjectChangesQuery extends Query<readonly RegistryEvent[]> {
  @FollowsContract(ListProjectChangesRequestSchema, 'projectId')
  readonly projectId: string;

  @ValidateNested()
  readonly page: ChangePage;

  constructor(
    request: Pick<ListProjectChangesRequest, 'projectId' | 'query'>,
    /** In whose eyes: the projects of other organizations are not there. */
    readonly organization: string,
  ) {
    super();
    this.projectId = request.projectId;
    this.page = new ChangePage(request.query);
  }
}
