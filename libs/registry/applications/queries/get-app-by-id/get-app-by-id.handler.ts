import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { Lookup } from '#libs/registry/shared/queries/lookup.js';
import type { ApplicationDocument } from '../../projections/applications/applications.document.js';
import { GetAppByIdQuery } from './get-app-by-id.query.js';

@QueryHandler(GetAppByIdQuery)
export class GetAppByIdHandler implements IQueryHandler<GetAppByIdQuery> {
  constructor(private readonly lookup: Lookup) {}

  async execute(query: GetAppByIdQuery): Promise<ApplicationDocument> {
    const application = await this.lookup.application(query);
    if (application === undefined) throw refused('QUERY-pCP8P');
    return application;
  }
}
