import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AddProjectHandler } from './add-project/add-project.handler.js';
import { CreateApiAppHandler } from './create-api-app/create-api-app.handler.js';
import { Creation } from './support/creation.js';
import { NameReservations } from './support/name-reservations.js';
import { Repository } from './support/repository.js';

/** Every command there is. What it needs from outside (event store, clock, ids, watermark) the app provides. */
@Module({
  imports: [CqrsModule],
  providers: [Repository, NameReservations, Creation, AddProjectHandler, CreateApiAppHandler],
})
export class CommandsModule {}
