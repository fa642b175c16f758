import {
  type ListProjectChangesRequest,
  ListProjectChangesRequestSchema,
} from '@zitadel/proto/zitadel/management_pb.js';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import { ChangePage } from '../support/change-page.js';

const Base = queryFrom(ListProjectChangesRequestSchema, 'projectId');

/** Lists the events of a project that exists; those of its applications are in lists of their own. */
export class ListProjectChangesQuery extends Base<readonly DecodedEvent[]> {
  @NestedRules()
  readonly page: ChangePage;

  constructor(
    request: ConstructorParameters<typeof Base>[0] & Pick<ListProjectChangesRequest, 'query'>,
    reader: ReadContext,
  ) {
    super(request, reader);
    this.page = new ChangePage(request.query);
  }
}
