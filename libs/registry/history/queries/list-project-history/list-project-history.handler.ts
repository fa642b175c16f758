import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type HistoryEntry } from '#libs/registry/shared/past/aggregate-pasts.js';
import type { Listed } from '#libs/registry/shared/queries/list.js';
import { ListProjectHistoryQuery } from './list-project-history.query.js';

@QueryHandler(ListProjectHistoryQuery)
export class ListProjectHistoryHandler implements IQueryHandler<ListProjectHistoryQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ projectId: id, page, reader }: ListProjectHistoryQuery): Promise<Listed<HistoryEntry>> {
    return this.pasts.history({ aggregateType: 'project', id, organization: reader.organization }, page);
  }
}
