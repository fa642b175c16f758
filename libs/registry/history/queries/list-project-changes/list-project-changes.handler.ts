import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import {
  isLiveProject,
  projectDecider,
  projectRefusals,
  projectSeenBy,
  projectStream,
} from '#libs/registry/projects/index.js';
import { refused } from '#libs/registry/shared/refused.js';
import { Changes, folded } from '../support/changes.js';
import { ListProjectChangesQuery } from './list-project-changes.query.js';

@QueryHandler(ListProjectChangesQuery)
export class ListProjectChangesHandler implements IQueryHandler<ListProjectChangesQuery> {
  constructor(private readonly changes: Changes) {}

  async execute({ projectId, page, reader }: ListProjectChangesQuery): Promise<readonly DecodedEvent[]> {
    const [events = []] = await this.changes.of([projectStream(projectId)], reader);
    const project = folded(events, projectDecider);
    if (!isLiveProject(projectSeenBy(reader.organization, project))) throw refused(projectRefusals, 'COMMAND-3M9sd');
    return this.changes.page(events, page);
  }
}
