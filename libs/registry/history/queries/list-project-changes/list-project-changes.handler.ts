import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { projectDecider } from '#libs/registry/projects/project.decide.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import { isLiveProject } from '#libs/registry/projects/project.state.js';
import type { RegistryEvent } from '#libs/registry/shared/events.js';
import { projectSeenBy } from '#libs/registry/shared/visibility.js';
import { Streams } from '../support/streams.js';
import { ListProjectChangesQuery } from './list-project-changes.query.js';

@QueryHandler(ListProjectChangesQuery)
export class ListProjectChangesHandler implements IQueryHandler<ListProjectChangesQuery> {
  constructor(private readonly streams: Streams) {}

  async execute({ projectId, page, organization }: ListProjectChangesQuery): Promise<readonly RegistryEvent[]> {
    const stream = projectStream(projectId);
    const project = await this.streams.fold(stream, projectDecider);
    if (!isLiveProject(projectSeenBy(organization, project))) throw refused('COMMAND-3M9sd');
    return this.streams.changes(stream, page);
  }
}
