import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { DOCUMENTS } from '#libs/platform/tokens.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '#libs/projections/applications/applications.document.js';
import type { DocumentReader } from '#libs/read-model/port/read-model.js';
import { Freshness } from '../support/freshness.js';
import { GetAppByIdQuery } from './get-app-by-id.query.js';

@QueryHandler(GetAppByIdQuery)
export class GetAppByIdHandler implements IQueryHandler<GetAppByIdQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  async execute({ projectId, appId, reader }: GetAppByIdQuery): Promise<ApplicationDocument> {
    await this.freshness.await(applicationsCollection, reader);
    const application = await this.documents.get(applicationsCollection, appId);
    if (application?.projectId !== projectId || application.details.resourceOwner !== reader.organization) {
      throw ContractError.refused('QUERY-pCP8P');
    }
    return application;
  }
}
