import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GetAppByIdHandler } from '#libs/registry/applications/queries/get-app-by-id/get-app-by-id.handler.js';
import { GetAppKeyHandler } from '#libs/registry/applications/queries/get-app-key/get-app-key.handler.js';
import { ListAppKeysHandler } from '#libs/registry/applications/queries/list-app-keys/list-app-keys.handler.js';
import { ListAppsHandler } from '#libs/registry/applications/queries/list-apps/list-apps.handler.js';
import { GetProjectByIdHandler } from '#libs/registry/projects/queries/get-project-by-id/get-project-by-id.handler.js';
import { ListProjectsHandler } from '#libs/registry/projects/queries/list-projects/list-projects.handler.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { Lookup } from '#libs/registry/shared/queries/lookup.js';

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
