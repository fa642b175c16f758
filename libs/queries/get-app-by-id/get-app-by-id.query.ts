import { Query } from '@nestjs/cqrs';
import { GetAppByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { FollowsContract } from '#libs/contract/follows-contract.js';
import type { ApplicationDocument } from '#libs/projections/applications/applications.document.js';
import type { ReadContext } from '../support/read-context.js';

/** One application of a project. */
export class GetAppByIdQuery extends Query<ApplicationDocument> {
  @FollowsContract(GetAppByIDRequestSchema, 'projectId')
  readonly projectId: string;

  @FollowsContract(GetAppByIDRequestSchema, 'appId')
  readonly appId: string;

  constructor(
    request: Pick<GetAppByIdQuery, 'projectId' | 'appId'>,
    readonly reader: ReadContext,
  ) {
    super();
    this.projectId = request.projectId;
    this.appId = request.appId;
  }
}
