import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { Lookup } from '#libs/registry/shared/queries/lookup.js';
import type { ProjectDocument } from '../../projections/projects/projects.document.js';
import { GetProjectByIdQuery } from './get-project-by-id.query.js';

@QueryHandler(GetProjectByIdQuery)
export class GetProjectByIdHandler implements IQueryHandler<GetProjectByIdQuery> {
  constructor(private readonly lookup: Lookup) {}

  async execute({ id, reader }: GetProjectByIdQuery): Promise<ProjectDocument> {
    const project = await this.lookup.project(id, reader);
    if (project === undefined) throw refused('COMMAND-3M9sd');
    return project;
  }
}
