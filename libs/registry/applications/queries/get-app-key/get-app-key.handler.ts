import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { refused } from '#libs/registry/shared/refused.js';
import { applicationRefusals } from '../../application.refusals.js';
import {
  type ApplicationKeyDocument,
  applicationKeysCollection,
  keysOf,
} from '../../projections/application-keys/application-keys.document.js';
import { ApplicationLookup } from '../support/application-lookup.js';
import { GetAppKeyQuery } from './get-app-key.query.js';

@QueryHandler(GetAppKeyQuery)
export class GetAppKeyHandler implements IQueryHandler<GetAppKeyQuery> {
  constructor(private readonly lookup: ApplicationLookup) {}

  async execute(query: GetAppKeyQuery): Promise<ApplicationKeyDocument> {
    const { application, documents } = await this.lookup.application(query, keysOf(query.appId));
    const key = await documents.get(applicationKeysCollection, query.keyId);
    if (application === undefined || key?.appId !== query.appId) throw refused(applicationRefusals, 'COMMAND-4m77G');
    return key;
  }
}
