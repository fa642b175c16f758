import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReadableDocuments } from '#libs/registry/shared/past/readable-documents.js';
import { refused } from '#libs/registry/shared/refused.js';
import { projectRefusals } from '../../project.refusals.js';
import { oneProject, type ProjectDocument } from '../../projections/projects/projects.document.js';
import { visibleProject } from '../../projections/projects/visible-project.js';
import { GetProjectByIdQuery } from './get-project-by-id.query.js';

@QueryHandler(GetProjectByIdQuery)
export class GetProjectByIdHandler implements IQueryHandler<GetProjectByIdQuery> {
  constructor(private readonly readable: ReadableDocuments) {}

  async execute({ id, reader }: GetProjectByIdQuery): Promise<ProjectDocument> {
    const documents = await this.readable.of([oneProject(id)], reader);
    const project = await visibleProject(documents, id, reader.organization);
    if (project === undefined) throw refused(projectRefusals, 'COMMAND-3M9sd');
    return project;
  }
}
