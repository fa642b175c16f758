import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { DOCUMENTS } from '#libs/platform/tokens.js';
import {
  type ApplicationKeyDocument,
  applicationKeysCollection,
  keysOf,
} from '#libs/projections/application-keys/application-keys.document.js';
import type { DocumentReader } from '#libs/read-model/port/read-model.js';
import { Lookup } from '../support/lookup.js';
import { GetAppKeyQuery } from './get-app-key.query.js';

@QueryHandler(GetAppKeyQuery)
export class GetAppKeyHandler implements IQueryHandler<GetAppKeyQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly lookup: Lookup,
  ) {}

  async execute(query: GetAppKeyQuery): Promise<ApplicationKeyDocument> {
    const application = await this.lookup.application(query, keysOf(query.appId));
    const key = await this.documents.get(applicationKeysCollection, query.keyId);
    if (application === undefined || key?.appId !== query.appId) throw ContractError.refused('COMMAND-4m77G');
    return key;
  }
}
