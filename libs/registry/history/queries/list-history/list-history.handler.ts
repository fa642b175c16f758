import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type HistoryEntry } from '#libs/registry/shared/past/aggregate-pasts.js';
import type { Listed } from '#libs/registry/shared/queries/list.js';
import { ListHistoryQuery } from './list-history.query.js';

@QueryHandler(ListHistoryQuery)
export class ListHistoryHandler implements IQueryHandler<ListHistoryQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ subject, page, reader }: ListHistoryQuery): Promise<Listed<HistoryEntry>> {
    return this.pasts.history(subject, reader, page);
  }
}
