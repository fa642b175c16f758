import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { refused } from '#libs/registry/shared/refused.js';
import { projectRefusals } from '../../project.refusals.js';
import { oneProject, type ProjectDocument } from '../../projections/projects/projects.document.js';
import { visibleProject } from '../../projections/projects/visible-project.js';
import { GetProjectByIdQuery } from './get-project-by-id.query.js';

@QueryHandler(GetProjectByIdQuery)
export class GetProjectByIdHandler implements IQueryHandler<GetProjectByIdQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  async execute({ id, reader }: GetProjectByIdQuery): Promise<ProjectDocument> {
    await this.freshness.waitUntilFresh([oneProject(id)], reader);
    const project = await visibleProject(this.documents, id, reader.organization);
    if (project === undefined) throw refused(projectRefusals, 'COMMAND-3M9sd');
    return project;
  }
}
