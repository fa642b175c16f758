import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GetAppByIdHandler } from './get-app-by-id/get-app-by-id.handler.js';
import { GetAppKeyHandler } from './get-app-key/get-app-key.handler.js';
import { GetProjectByIdHandler } from './get-project-by-id/get-project-by-id.handler.js';
import { ListAppKeysHandler } from './list-app-keys/list-app-keys.handler.js';
import { ListAppsHandler } from './list-apps/list-apps.handler.js';
import { ListProjectsHandler } from './list-projects/list-projects.handler.js';
import { Freshness } from './support/freshness.js';
import { Lookup } from './support/lookup.js';

/** Every query there is. What it needs from outside (read model, its progress, watermark) the app provides. */
@Module({
  imports: [CqrsModule],
  providers: [
    Freshness,
    Lookup,
    GetAppByIdHandler,
    GetProjectByIdHandler,
    GetAppKeyHandler,
    ListAppsHandler,
    ListProjectsHandler,
    ListAppKeysHandler,
  ],
})
export class QueriesModule {}
