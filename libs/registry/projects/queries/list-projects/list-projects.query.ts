import { type ListProjectsRequest, ListProjectsRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import { type Listed, Page } from '#libs/registry/shared/queries/list.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ProjectDocument } from '../../projections/projects/projects.document.js';

const Base = queryFrom(ListProjectsRequestSchema, 'queries');

/** Lists the projects of an organization. */
export class ListProjectsQuery extends Base<Listed<ProjectDocument>> {
  @NestedRules()
  readonly page: Page;

  constructor(
    request: ConstructorParameters<typeof Base>[0] & Pick<ListProjectsRequest, 'query'>,
    reader: ReadContext,
  ) {
    super(request, reader);
    this.page = new Page(request.query);
  }
}
