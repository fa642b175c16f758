import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { applicationDecider } from '#libs/registry/applications/application.decide.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { isLiveApplication } from '#libs/registry/applications/application.state.js';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { projectDecider } from '#libs/registry/projects/project.decide.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import type { RegistryEvent } from '#libs/registry/shared/events.js';
import { applicationSeenBy } from '#libs/registry/shared/visibility.js';
import { Streams } from '../support/streams.js';
import { ListAppChangesQuery } from './list-app-changes.query.js';

@QueryHandler(ListAppChangesQuery)
export class ListAppChangesHandler implements IQueryHandler<ListAppChangesQuery> {
  constructor(private readonly streams: Streams) {}

  async execute({ projectId, appId, page, organization }: ListAppChangesQuery): Promise<readonly RegistryEvent[]> {
    const stream = applicationStream(appId);
    const [project, application] = await Promise.all([
      this.streams.fold(projectStream(projectId), projectDecider),
      this.streams.fold(stream, applicationDecider),
    ]);
    const seen = applicationSeenBy(organization, { projectId, project }, application);
    if (!isLiveApplication(seen)) throw refused('QUERY-pCP8P');
    return this.streams.changes(stream, page);
  }
}
