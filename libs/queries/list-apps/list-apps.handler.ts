import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { AppQuery } from '@zitadel/proto/zitadel/app_pb.js';
import { DOCUMENTS } from '#libs/platform/tokens.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '#libs/projections/applications/applications.document.js';
import type { DocumentReader, Filter } from '#libs/read-model/port/read-model.js';
import { all } from '../support/all-conditions.js';
import { type Listed, listed, NONE } from '../support/list.js';
import { Lookup } from '../support/lookup.js';
import { textCondition } from '../support/text-condition.js';
import { ListAppsQuery } from './list-apps.query.js';

const NAME = { exact: 'name', folded: 'nameFolded', comparable: 'nameComparable' };

@QueryHandler(ListAppsQuery)
export class ListAppsHandler implements IQueryHandler<ListAppsQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly lookup: Lookup,
  ) {}

  async execute({ projectId, queries, stretch, reader }: ListAppsQuery): Promise<Listed<ApplicationDocument>> {
    const project = await this.lookup.projectOfApplications(projectId, reader);
    const filter = project !== undefined ? { projectId, ...all(queries.map(condition)) } : NONE;
    return listed(this.documents, applicationsCollection, filter, stretch);
  }
}

function condition({ query }: AppQuery): Filter {
  return query.case === 'nameQuery' ? textCondition(NAME, query.value.name, query.value.method) : {};
}
