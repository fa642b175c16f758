import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { READ_MODEL } from '#libs/platform/tokens.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '#libs/projections/applications/applications.document.js';
import type { ReadModel } from '#libs/read-model/port/read-model.js';
import { Freshness } from '../freshness.js';
import { GetAppByIdQuery } from './get-app-by-id.query.js';

@QueryHandler(GetAppByIdQuery)
export class GetAppByIdHandler implements IQueryHandler<GetAppByIdQuery> {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    private readonly freshness: Freshness,
  ) {}

  async execute({ projectId, appId, organization }: GetAppByIdQuery): Promise<ApplicationDocument> {
    await this.freshness.awaitOwnWrites(applicationsCollection.name);
    const application = await this.readModel.get(applicationsCollection, appId);
    if (application?.projectId !== projectId || application.details.resourceOwner !== organization) {
      throw ContractError.refused('QUERY-pCP8P');
    }
    return application;
  }
}
