import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
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
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly lookup: ApplicationLookup,
  ) {}

  async execute(query: GetAppKeyQuery): Promise<ApplicationKeyDocument> {
    const application = await this.lookup.application(query, keysOf(query.appId));
    const key = await this.documents.get(applicationKeysCollection, query.keyId);
    if (application === undefined || key?.appId !== query.appId) throw refused(applicationRefusals, 'COMMAND-4m77G');
    return key;
  }
}
