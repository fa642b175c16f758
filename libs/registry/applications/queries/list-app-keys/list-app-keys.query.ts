import { type ListAppKeysRequest, ListAppKeysRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import { type Listed, Page } from '#libs/registry/shared/queries/list.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import type { ApplicationKeyDocument } from '../../projections/application-keys/application-keys.document.js';

const Base = queryFrom(ListAppKeysRequestSchema, 'projectId', 'appId');

/** Lists the keys of an application, expired ones included. */
export class ListAppKeysQuery extends Base<Listed<ApplicationKeyDocument>> {
  @NestedRules()
  readonly page: Page;

  constructor(request: ConstructorParameters<typeof Base>[0] & Pick<ListAppKeysRequest, 'query'>, reader: ReadContext) {
    super(request, reader);
    this.page = new Page(request.query);
  }
}
