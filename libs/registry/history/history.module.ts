import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ListAppChangesHandler } from './queries/list-app-changes/list-app-changes.handler.js';
import { ListEventsHandler } from './queries/list-events/list-events.handler.js';
import { ListProjectChangesHandler } from './queries/list-project-changes/list-project-changes.handler.js';
import { Streams } from './queries/support/streams.js';

/** Every query that the events themselves answer. The event store comes from the app. */
@Module({
  imports: [CqrsModule],
  providers: [Streams, ListAppChangesHandler, ListProjectChangesHandler, ListEventsHandler],
})
export class HistoryModule {}
