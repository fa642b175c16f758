import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { refused } from '#libs/registry/shared/refused.js';
import { applicationRefusals } from '../../application.refusals.js';
import type { ApplicationDocument } from '../../projections/applications/applications.document.js';
import { ApplicationLookup } from '../support/application-lookup.js';
import { GetAppByIdQuery } from './get-app-by-id.query.js';

@QueryHandler(GetAppByIdQuery)
export class GetAppByIdHandler implements IQueryHandler<GetAppByIdQuery> {
  constructor(private readonly lookup: ApplicationLookup) {}

  async execute(query: GetAppByIdQuery): Promise<ApplicationDocument> {
    const { application } = await this.lookup.application(query);
    if (application === undefined) throw refused(applicationRefusals, 'QUERY-pCP8P');
    return application;
  }
}
