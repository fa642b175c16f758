import { type ListAppChangesRequest, ListAppChangesRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import { ChangePage } from '../support/change-page.js';

const Base = queryFrom(ListAppChangesRequestSchema, 'projectId', 'appId');

/** Lists the events of an application that exists. */
export class ListAppChangesQuery extends Base<readonly DecodedEvent[]> {
  @NestedRules()
  readonly page: ChangePage;

  constructor(
    request: ConstructorParameters<typeof Base>[0] & Pick<ListAppChangesRequest, 'query'>,
    reader: ReadContext,
  ) {
    super(request, reader);
    this.page = new ChangePage(request.query);
  }
}
