import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type PastDiff } from '#libs/registry/shared/past/aggregate-pasts.js';
import { DiffProjectQuery } from './diff-project.query.js';

@QueryHandler(DiffProjectQuery)
export class DiffProjectHandler implements IQueryHandler<DiffProjectQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ projectId: id, from, to, reader }: DiffProjectQuery): Promise<PastDiff> {
    const place = { aggregateType: 'project', id, organization: reader.organization };
    return this.pasts.diff(place, { field: 'from', text: from }, { field: 'to', text: to });
  }
}
