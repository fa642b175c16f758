import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type Listed, listed, NONE } from '#libs/registry/shared/queries/list.js';
import {
  type ApplicationKeyDocument,
  applicationKeysCollection,
  keysOf,
} from '../../projections/application-keys/application-keys.document.js';
import { ApplicationLookup } from '../support/application-lookup.js';
import { ListAppKeysQuery } from './list-app-keys.query.js';

@QueryHandler(ListAppKeysQuery)
export class ListAppKeysHandler implements IQueryHandler<ListAppKeysQuery> {
  constructor(private readonly lookup: ApplicationLookup) {}

  async execute(query: ListAppKeysQuery): Promise<Listed<ApplicationKeyDocument>> {
    const { appId, page } = query;
    const { application, documents } = await this.lookup.application(query, keysOf(appId));
    const filter = application === undefined ? NONE : { appId };
    return listed(documents, applicationKeysCollection, filter, page);
  }
}
