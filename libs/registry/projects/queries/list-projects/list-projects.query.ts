import { Query } from '@nestjs/cqrs';
import { type ListProjectsRequest, ListProjectsRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { ValidateNested } from 'class-validator';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import { FewConditions } from '#libs/registry/contract/list-limits.js';
import { type Listed, Stretch } from '#libs/registry/shared/queries/list.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ProjectDocument } from '../../projections/projects/projects.document.js';

/** The projects of an organization. */
export class ListProjectsQuery extends Query<Listed<ProjectDocument>> {
  @FewConditions(ListProjectsRequestSchema.field.queries)
  @FollowsContract(ListProjectsRequestSchema, 'queries')
  readonly queries: ListProjectsRequest['queries'];

  @ValidateNested()
  readonly stretch: Stretch;

  constructor(
    request: Pick<ListProjectsRequest, 'queries' | 'query'>,
    readonly reader: ReadContext,
  ) {
    super();
    this.queries = request.queries;
    this.stretch = new Stretch(request.query);
  }
}
