import { NestedRules } from '#libs/engine/contract/property-rules.js';
import {
  type ListUnusedApplicationsRequest,
  ListUnusedApplicationsRequestSchema,
} from '#libs/registry/contract/gen/appledger/v1/credentials_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import { type Listed, Page } from '#libs/registry/shared/queries/list.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import { sinceOf } from './since.js';
import type { KnownUsage } from './usage-of.js';

/** An application of which no credential has been used since the time of the query; times in milliseconds since 1970. */
export interface UnusedApplication {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly clientId: string | undefined;
  readonly createdAt: number;
  readonly lastUsed: number | undefined;
  readonly usage: KnownUsage;
}

/** The unused applications of a page, and when the counting of uses began. */
export interface UnusedApplications extends Listed<UnusedApplication> {
  /** In milliseconds since 1970; undefined: no use has been counted yet. */
  readonly countingBegan: number | undefined;
}

const Base = queryFrom(ListUnusedApplicationsRequestSchema, 'since', 'projectId');

/** Lists the applications of which no credential has been used since a time. */
export class ListUnusedApplicationsQuery extends Base<UnusedApplications> {
  @NestedRules()
  readonly page: Page;

  /** In milliseconds since 1970; undefined: `since` is not valid, and the query is refused. */
  readonly sinceTime: number | undefined;

  /** @param now in milliseconds since 1970 */
  constructor(
    request: ConstructorParameters<typeof Base>[0] & Pick<ListUnusedApplicationsRequest, 'query'>,
    reader: ReadContext,
    now: number,
  ) {
    super(request, reader);
    this.page = new Page(request.query);
    this.sinceTime = sinceOf(request.since, now);
  }
}
