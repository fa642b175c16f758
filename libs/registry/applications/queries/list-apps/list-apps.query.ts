import { type ListAppsRequest, ListAppsRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import { type Listed, Page } from '#libs/registry/shared/queries/list.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ApplicationDocument } from '../../projections/applications/applications.document.js';

const Base = queryFrom(ListAppsRequestSchema, 'projectId', 'queries');

/** Lists the applications of a project. */
export class ListAppsQuery extends Base<Listed<ApplicationDocument>> {
  @NestedRules()
  readonly page: Page;

  constructor(request: ConstructorParameters<typeof Base>[0] & Pick<ListAppsRequest, 'query'>, reader: ReadContext) {
    super(request, reader);
    this.page = new Page(request.query);
  }
}
