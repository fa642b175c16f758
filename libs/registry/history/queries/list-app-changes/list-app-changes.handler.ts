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
import { Streams } from '../support/streams.js';
import { ListAppChangesQuery } from './list-app-changes.query.js';

@QueryHandler(ListAppChangesQuery)
export class ListAppChangesHandler implements IQueryHandler<ListAppChangesQuery> {
  constructor(private readonly streams: Streams) {}

  async execute({ projectId, appId, page, reader }: ListAppChangesQuery): Promise<readonly DecodedEvent[]> {
    const stream = applicationStream(appId);
    const [project, application] = await Promise.all([
      this.streams.fold(projectStream(projectId), projectDecider),
      this.streams.fold(stream, applicationDecider),
    ]);
    const seen = applicationSeenBy(reader.organization, { projectId, project }, application);
    if (!isLiveApplication(seen)) throw refused(applicationRefusals, 'QUERY-pCP8P');
    return this.streams.changes(stream, page);
  }
}
