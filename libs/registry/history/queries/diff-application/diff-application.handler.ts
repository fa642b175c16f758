import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type PastDiff } from '#libs/registry/shared/past/aggregate-pasts.js';
import { DiffApplicationQuery } from './diff-application.query.js';

@QueryHandler(DiffApplicationQuery)
export class DiffApplicationHandler implements IQueryHandler<DiffApplicationQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ applicationId: id, from, to, reader }: DiffApplicationQuery): Promise<PastDiff> {
    const place = { aggregateType: 'application', id, organization: reader.organization };
    return this.pasts.diff(place, { field: 'from', text: from }, { field: 'to', text: to });
  }
}
