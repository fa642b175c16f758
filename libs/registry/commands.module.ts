import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import { AppKeyMaker } from '#libs/registry/applications/app-keys/app-key-maker.js';
import { AddAppKeyHandler } from '#libs/registry/applications/commands/add-app-key/add-app-key.handler.js';
import { CreateApiAppHandler } from '#libs/registry/applications/commands/create-api-app/create-api-app.handler.js';
import { DeactivateAppHandler } from '#libs/registry/applications/commands/deactivate-app/deactivate-app.handler.js';
import { ReactivateAppHandler } from '#libs/registry/applications/commands/reactivate-app/reactivate-app.handler.js';
import { RegenerateSecretHandler } from '#libs/registry/applications/commands/regenerate-secret/regenerate-secret.handler.js';
import { RemoveAppHandler } from '#libs/registry/applications/commands/remove-app/remove-app.handler.js';
import { RemoveAppKeyHandler } from '#libs/registry/applications/commands/remove-app-key/remove-app-key.handler.js';
import { RenameAppHandler } from '#libs/registry/applications/commands/rename-app/rename-app.handler.js';
import { Applications } from '#libs/registry/applications/commands/support/applications.js';
import { UpdateApiConfigHandler } from '#libs/registry/applications/commands/update-api-config/update-api-config.handler.js';
import { NameReservations } from '#libs/registry/names/name-reservations.js';
import { AddProjectHandler } from '#libs/registry/projects/commands/add-project/add-project.handler.js';
import { DeactivateProjectHandler } from '#libs/registry/projects/commands/deactivate-project/deactivate-project.handler.js';
import { ReactivateProjectHandler } from '#libs/registry/projects/commands/reactivate-project/reactivate-project.handler.js';
import { RemoveProjectHandler } from '#libs/registry/projects/commands/remove-project/remove-project.handler.js';
import { Projects } from '#libs/registry/projects/commands/support/projects.js';
import { UpdateProjectHandler } from '#libs/registry/projects/commands/update-project/update-project.handler.js';

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
  providers: [Repository, NameReservations, CommandExecutor, Projects, Applications, AppKeyMaker, ...handlers],
})
export class CommandsModule {}
