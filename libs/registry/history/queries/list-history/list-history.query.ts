import { Query } from '@nestjs/cqrs';
import { NestedRules } from '#libs/engine/contract/property-rules.js';
import type { ListQuery } from '#libs/registry/contract/gen/appledger/v1/list_pb.js';
import type { PastReader } from '#libs/registry/shared/features/aggregate-view.js';
import type { HistoryEntry } from '#libs/registry/shared/past/aggregate-pasts.js';
import { type Listed, Page } from '#libs/registry/shared/queries/list.js';
import type { Subject } from '../support/subjects.js';

/** Lists the changes of an aggregate, each with its fields before and after. */
export class ListHistoryQuery extends Query<Listed<HistoryEntry>> {
  @NestedRules()
  readonly subject: Subject;

  @NestedRules()
  readonly page: Page;

  constructor(
    subject: Subject,
    { query }: { readonly query?: ListQuery },
    readonly reader: PastReader,
  ) {
    super();
    this.subject = subject;
    this.page = new Page(query);
  }
}
