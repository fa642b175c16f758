import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AggregatePasts, type PastState } from '#libs/registry/shared/past/aggregate-pasts.js';
import { GetStateQuery } from './get-state.query.js';

@QueryHandler(GetStateQuery)
export class GetStateHandler implements IQueryHandler<GetStateQuery> {
  constructor(private readonly pasts: AggregatePasts) {}

  async execute({ subject, at, reader }: GetStateQuery): Promise<PastState> {
    return this.pasts.state(subject, reader, at);
  }
}
