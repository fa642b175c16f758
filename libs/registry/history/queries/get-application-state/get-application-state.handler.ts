import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type PastState } from '#libs/registry/shared/past/aggregate-pasts.js';
import { GetApplicationStateQuery } from './get-application-state.query.js';

@QueryHandler(GetApplicationStateQuery)
export class GetApplicationStateHandler implements IQueryHandler<GetApplicationStateQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ applicationId: id, at, reader }: GetApplicationStateQuery): Promise<PastState> {
    const place = { aggregateType: 'application', id, organization: reader.organization };
    return this.pasts.state(place, { field: 'at', text: at });
  }
}
