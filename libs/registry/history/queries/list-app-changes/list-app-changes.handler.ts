import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import {
  applicationDecider,
  applicationRefusals,
  applicationSeenBy,
  applicationStream,
  isLiveApplication,
} from '#libs/registry/applications/index.js';
import { projectDecider, projectStream } from '#libs/registry/projects/index.js';
import { refused } from '#libs/registry/shared/refused.js';
import { Changes, folded } from '../support/changes.js';
import { ListAppChangesQuery } from './list-app-changes.query.js';

@QueryHandler(ListAppChangesQuery)
export class ListAppChangesHandler implements IQueryHandler<ListAppChangesQuery> {
  constructor(private readonly changes: Changes) {}

  async execute({ projectId, appId, page, reader }: ListAppChangesQuery): Promise<readonly DecodedEvent[]> {
    const streams = [projectStream(projectId), applicationStream(appId)];
    const [ofProject = [], events = []] = await this.changes.of(streams, reader);
    const project = folded(ofProject, projectDecider);
    const application = folded(events, applicationDecider);
    const seen = applicationSeenBy(reader.organization, { projectId, project }, application);
    if (!isLiveApplication(seen)) throw refused(applicationRefusals, 'QUERY-pCP8P');
    return this.changes.page(events, page);
  }
}
