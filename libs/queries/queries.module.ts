import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ApplicationLookup } from './application-lookup.js';
import { Freshness } from './freshness.js';
import { GetAppByIdHandler } from './get-app-by-id/get-app-by-id.handler.js';
import { GetProjectByIdHandler } from './get-project-by-id/get-project-by-id.handler.js';

/** Every query there is. What it needs from outside (read model, its progress, watermark) the app provides. */
@Module({
  imports: [CqrsModule],
  providers: [Freshness, ApplicationLookup, GetAppByIdHandler, GetProjectByIdHandler],
})
export class QueriesModule {}
