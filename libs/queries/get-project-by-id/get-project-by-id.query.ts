import { Query } from '@nestjs/cqrs';
import { GetProjectByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { FollowsContract } from '#libs/contract/follows-contract.js';
import type { ProjectDocument } from '#libs/projections/projects/projects.document.js';
import type { ReadContext } from '../support/read-context.js';

/** One project of an organization. */
export class GetProjectByIdQuery extends Query<ProjectDocument> {
  @FollowsContract(GetProjectByIDRequestSchema, 'id')
  readonly id: string;

  constructor(
    request: Pick<GetProjectByIdQuery, 'id'>,
    readonly reader: ReadContext,
  ) {
    super();
    this.id = request.id;
  }
}
