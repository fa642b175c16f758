import { Query } from '@nestjs/cqrs';
import { GetProjectByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ProjectDocument } from '../../projections/projects/projects.document.js';

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
