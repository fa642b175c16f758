import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { AppQuery } from '@zitadel/proto/zitadel/app_pb.js';
import type { Filter } from '#libs/engine/documents/port/read-model.js';
import { all } from '#libs/registry/shared/queries/all-conditions.js';
import { type Listed, listed, NONE } from '#libs/registry/shared/queries/list.js';
import { textCondition } from '#libs/registry/shared/queries/text-condition.js';
import {
  type ApplicationDocument,
  applicationsCollection,
} from '../../projections/applications/applications.document.js';
import { ApplicationLookup } from '../support/application-lookup.js';
import { ListAppsQuery } from './list-apps.query.js';

const NAME = { exact: 'name', folded: 'nameFolded', comparable: 'nameComparable' };

@QueryHandler(ListAppsQuery)
export class ListAppsHandler implements IQueryHandler<ListAppsQuery> {
  constructor(private readonly lookup: ApplicationLookup) {}

  async execute({ projectId, queries, page, reader }: ListAppsQuery): Promise<Listed<ApplicationDocument>> {
    const { hasProject, documents } = await this.lookup.applicationsIn(projectId, reader);
    const filter = hasProject ? { projectId, ...all(queries.map(condition)) } : NONE;
    return listed(documents, applicationsCollection, filter, page);
  }
}

function condition({ query }: AppQuery): Filter {
  return query.case === 'nameQuery' ? textCondition(NAME, query.value.name, query.value.method) : {};
}
