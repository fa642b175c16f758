import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type PastDiff } from '#libs/registry/shared/past/aggregate-pasts.js';
import { DiffQuery } from './diff.query.js';

@QueryHandler(DiffQuery)
export class DiffHandler implements IQueryHandler<DiffQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ subject, from, to, reader }: DiffQuery): Promise<PastDiff> {
    return this.pasts.diff(subject, reader, { from, to });
  }
}
