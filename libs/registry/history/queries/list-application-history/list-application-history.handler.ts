import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type HistoryEntry } from '#libs/registry/shared/past/aggregate-pasts.js';
import type { Listed } from '#libs/registry/shared/queries/list.js';
import { ListApplicationHistoryQuery } from './list-application-history.query.js';

@QueryHandler(ListApplicationHistoryQuery)
export class ListApplicationHistoryHandler implements IQueryHandler<ListApplicationHistoryQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ applicationId: id, page, reader }: ListApplicationHistoryQuery): Promise<Listed<HistoryEntry>> {
    return this.pasts.history({ aggregateType: 'application', id, organization: reader.organization }, page);
  }
}
