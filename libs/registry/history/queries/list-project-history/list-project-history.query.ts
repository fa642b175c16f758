import { NestedRules } from '#libs/engine/contract/property-rules.js';
import {
  type ListProjectHistoryRequest,
  ListProjectHistoryRequestSchema,
} from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { HistoryEntry } from '#libs/registry/shared/past/aggregate-pasts.js';
import { type Listed, Page } from '#libs/registry/shared/queries/list.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';

const Base = queryFrom(ListProjectHistoryRequestSchema, 'projectId');

/** Lists the changes of a project, each with its fields before and after. */
export class ListProjectHistoryQuery extends Base<Listed<HistoryEntry>> {
  @NestedRules()
  readonly page: Page;

  constructor(
    request: ConstructorParameters<typeof Base>[0] & Pick<ListProjectHistoryRequest, 'query'>,
    reader: ReadContext,
  ) {
    super(request, reader);
    this.page = new Page(request.query);
  }
}
