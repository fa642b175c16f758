import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { AppQuery } from '@zitadel/proto/zitadel/app_pb.js';
import type { DocumentReader, Filter } from '#libs/engine/documents/port/read-model.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { all } from '#libs/registry/shared/queries/all-conditions.js';
import { type Listed, listed, NONE } from '#libs/registry/shared/queries/list.js';
import { Lookup } from '#libs/registry/shared/queries/lookup.js';
import { textCondition } from '#libs/registry/shared/queries/text-condition.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '../../projections/applications/applications.document.js';
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
