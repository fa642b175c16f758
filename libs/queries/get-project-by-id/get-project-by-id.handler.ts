import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { DOCUMENTS } from '#libs/platform/tokens.js';
import { type ProjectDocument, projectsCollection } from '#libs/projections/projects/projects.document.js';
import type { DocumentReader } from '#libs/read-model/port/read-model.js';
import { Freshness } from '../support/freshness.js';
import { GetProjectByIdQuery } from './get-project-by-id.query.js';

@QueryHandler(GetProjectByIdQuery)
export class GetProjectByIdHandler implements IQueryHandler<GetProjectByIdQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  async execute({ id, reader }: GetProjectByIdQuery): Promise<ProjectDocument> {
    await this.freshness.await(projectsCollection, reader);
    const project = await this.documents.get(projectsCollection, id);
    if (project?.details.resourceOwner !== reader.organization) throw ContractError.refused('COMMAND-3M9sd');
    return project;
  }
}
