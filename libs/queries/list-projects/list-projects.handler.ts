import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { ProjectQuery } from '@zitadel/proto/zitadel/project_pb.js';
import { unreachable } from '#libs/kernel/unreachable.js';
import { DOCUMENTS } from '#libs/platform/tokens.js';
import { type ProjectDocument, projectsCollection } from '#libs/projections/projects/projects.document.js';
import type { DocumentReader, Filter } from '#libs/read-model/port/read-model.js';
import { all } from '../support/all-conditions.js';
import { Freshness } from '../support/freshness.js';
import { type Listed, listed } from '../support/list.js';
import { textCondition } from '../support/text-condition.js';
import { ListProjectsQuery } from './list-projects.query.js';

const NAME = { exact: 'name', folded: 'nameFolded', comparable: 'nameComparable' };

@QueryHandler(ListProjectsQuery)
export class ListProjectsHandler implements IQueryHandler<ListProjectsQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  async execute({ queries, stretch, reader }: ListProjectsQuery): Promise<Listed<ProjectDocument>> {
    await this.freshness.await([{ collection: projectsCollection }], reader);
    const filter = { 'details.resourceOwner': reader.organization, ...all(queries.map(condition)) };
    return listed(this.documents, projectsCollection, filter, stretch);
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
