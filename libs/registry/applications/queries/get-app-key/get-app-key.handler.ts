import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { Lookup } from '#libs/registry/shared/queries/lookup.js';
import {
  type ApplicationKeyDocument,
  applicationKeysCollection,
  keysOf,
} from '../../projections/application-keys/application-keys.document.js';
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
    if (application === undefined || key?.appId !== query.appId) throw refused('COMMAND-4m77G');
    return key;
  }
}
