import { Query } from '@nestjs/cqrs';
import { type ListAppsRequest, ListAppsRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { ValidateNested } from 'class-validator';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import { FewConditions } from '#libs/registry/contract/list-limits.js';
import { type Listed, Stretch } from '#libs/registry/shared/queries/list.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ApplicationDocument } from '../../projections/applications/applications.document.js';

/** The applications of a project. */
export class ListAppsQuery extends Query<Listed<ApplicationDocument>> {
  @FollowsContract(ListAppsRequestSchema, 'projectId')
  readonly projectId: string;

  @FewConditions(ListAppsRequestSchema.field.queries)
  @FollowsContract(ListAppsRequestSchema, 'queries')
  readonly queries: ListAppsRequest['queries'];

  @ValidateNested()
  readonly stretch: Stretch;

  constructor(
    request: Pick<ListAppsRequest, 'projectId' | 'queries' | 'query'>,
    readonly reader: ReadContext,
  ) {
    super();
    this.projectId = request.projectId;
    this.queries = request.queries;
    this.stretch = new Stretch(request.query);
  }
}
