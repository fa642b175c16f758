import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type PastState } from '#libs/registry/shared/past/aggregate-pasts.js';
import { GetProjectStateQuery } from './get-project-state.query.js';

@QueryHandler(GetProjectStateQuery)
export class GetProjectStateHandler implements IQueryHandler<GetProjectStateQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ projectId: id, at, reader }: GetProjectStateQuery): Promise<PastState> {
    const place = { aggregateType: 'project', id, organization: reader.organization };
    return this.pasts.state(place, { field: 'at', text: at });
  }
}
