import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GetAppByIdHandler } from './get-app-by-id/get-app-by-id.handler.js';
import { GetProjectByIdHandler } from './get-project-by-id/get-project-by-id.handler.js';
import { ListAppsHandler } from './list-apps/list-apps.handler.js';
import { ListProjectsHandler } from './list-projects/list-projects.handler.js';
import { Freshness } from './support/freshness.js';

/** Every query there is. What it needs from outside (read model, its progress, watermark) the app provides. */
@Module({
  imports: [CqrsModule],
  providers: [Freshness, GetAppByIdHandler, GetProjectByIdHandler, ListAppsHandler, ListProjectsHandler],
})
export class QueriesModule {}
