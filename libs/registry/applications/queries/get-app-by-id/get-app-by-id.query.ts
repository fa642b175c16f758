import { Query } from '@nestjs/cqrs';
import { GetAppByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ApplicationDocument } from '../../projections/applications/applications.document.js';

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
