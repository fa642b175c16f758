import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AppKeyMaker } from '#libs/auth/app-keys/app-key-maker.js';
import { AddAppKeyHandler } from './add-app-key/add-app-key.handler.js';
import { AddProjectHandler } from './add-project/add-project.handler.js';
import { CreateApiAppHandler } from './create-api-app/create-api-app.handler.js';
import { DeactivateAppHandler } from './deactivate-app/deactivate-app.handler.js';
import { DeactivateProjectHandler } from './deactivate-project/deactivate-project.handler.js';
import { ReactivateAppHandler } from './reactivate-app/reactivate-app.handler.js';
import { ReactivateProjectHandler } from './reactivate-project/reactivate-project.handler.js';
import { RegenerateSecretHandler } from './regenerate-secret/regenerate-secret.handler.js';
import { RemoveAppHandler } from './remove-app/remove-app.handler.js';
import { RemoveAppKeyHandler } from './remove-app-key/remove-app-key.handler.js';
import { RemoveProjectHandler } from './remove-project/remove-project.handler.js';
import { RenameAppHandler } from './rename-app/rename-app.handler.js';
import { Applications } from './support/applications.js';
import { Changes } from './support/changes.js';
import { NameReservations } from './support/name-reservations.js';
import { Projects } from './support/projects.js';
import { Repository } from './support/repository.js';
import { UpdateApiConfigHandler } from './update-api-config/update-api-config.handler.js';
import { UpdateProjectHandler } from './update-project/update-project.handler.js';

/** Every command there is: on projects, on applications, on their keys. */
const handlers = [
  AddProjectHandler,
  UpdateProjectHandler,
  DeactivateProjectHandler,
  ReactivateProjectHandler,
  RemoveProjectHandler,
  CreateApiAppHandler,
  RenameAppHandler,
  UpdateApiConfigHandler,
  RegenerateSecretHandler,
  DeactivateAppHandler,
  ReactivateAppHandler,
  RemoveAppHandler,
  AddAppKeyHandler,
  RemoveAppKeyHandler,
];

/** Runs the commands. What they need from outside (event store, clock, ids, watermark) the app provides. */
@Module({
  imports: [CqrsModule],
  providers: [Repository, NameReservations, Changes, Projects, Applications, AppKeyMaker, ...handlers],
})
export class CommandsModule {}
