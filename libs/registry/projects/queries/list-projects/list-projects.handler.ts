import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { ProjectQuery } from '@zitadel/proto/zitadel/project_pb.js';
import type { Filter } from '#libs/engine/documents/port/read-model.js';
import { unreachable } from '#libs/engine/kernel/unreachable.js';
import { ReadableDocuments } from '#libs/registry/shared/past/readable-documents.js';
import { all } from '#libs/registry/shared/queries/all-conditions.js';
import { type Listed, listed } from '#libs/registry/shared/queries/list.js';
import { textCondition } from '#libs/registry/shared/queries/text-condition.js';
import { projectsOf } from '../../projections/project-lives/project-lives.document.js';
import { type ProjectDocument, projectsCollection } from '../../projections/projects/projects.document.js';
import { ListProjectsQuery } from './list-projects.query.js';

const NAME = { exact: 'name', folded: 'nameFolded', comparable: 'nameComparable' };

@QueryHandler(ListProjectsQuery)
export class ListProjectsHandler implements IQueryHandler<ListProjectsQuery> {
  constructor(private readonly readable: ReadableDocuments) {}

  async execute({ queries, page, reader }: ListProjectsQuery): Promise<Listed<ProjectDocument>> {
    const projects = { collection: projectsCollection, members: projectsOf(reader.organization) };
    const documents = await this.readable.of([projects], reader);
    const filter = { 'details.resourceOwner': reader.organization, ...all(queries.map(condition)) };
    return listed(documents, projectsCollection, filter, page);
  }
}

function condition({ query }: ProjectQuery): Filter {
  switch (query.case) {
    case undefined:
      return {};
    case 'nameQuery':
      return textCondition(NAME, query.value.name, query.value.method);
    case 'projectResourceOwnerQuery':
      return { 'details.resourceOwner': query.value.resourceOwner };
    default:
      return unreachable(query);
  }
}
