import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import type { Attempt } from '#libs/engine/commands/planned-append.js';
import { Repository } from '#libs/engine/commands/repository.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { unreachable } from '#libs/engine/kernel/unreachable.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { knownProject, loadProject } from '#libs/registry/projects/index.js';
import { newClientSecret } from '#libs/registry/shared/client-secret.js';
import { detailsOf } from '#libs/registry/shared/commands/details.js';
import { refused } from '#libs/registry/shared/refused.js';
import type { Credential } from '../../application.decide.js';
import type { AuthMethod } from '../../application.events.js';
import { applicationRefusals } from '../../application.refusals.js';
import { noApplication } from '../../application.state.js';
import { authMethods } from '../../enum-words.js';
import { Applications } from '../support/applications.js';
import { CreateApiAppCommand, type CreatedApiApp } from './create-api-app.command.js';

/** decide on the project → reserve the name → append to the application's own stream. */
@CommandHandler(CreateApiAppCommand)
export class CreateApiAppHandler implements ICommandHandler<CreateApiAppCommand> {
  constructor(
    private readonly repository: Repository,
    private readonly applications: Applications,
    private readonly executor: CommandExecutor,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: CreateApiAppCommand): Promise<CreatedApiApp> {
    const { resourceOwner } = command.context;
    const created = await this.executor.execute((attempt) => this.#plan(command, attempt), command.context);
    if (created === undefined) throw refused(applicationRefusals, 'V3-DKcYh');
    const { plan, appended, at } = created;
    const { appId, clientId, clientSecret } = plan;
    return { appId, clientId, clientSecret, details: detailsOf(appended, at, resourceOwner) };
  }

  /** Draws ids and a secret, and decides with them. A known project is loaded again while the name is reserved. */
  async #plan({ projectId, name, authMethodType, context }: CreateApiAppCommand, { isFirst }: Attempt) {
    const load = isFirst ? knownProject : loadProject;
    const { state: project, revision, isUnconfirmed } = await load(this.repository, projectId, context.resourceOwner);
    const appId = this.nextId();
    const clientId = this.nextId();
    const { credential, clientSecret } = newCredential(authMethods.stored(authMethodType), this.nextId);
    const home = { appId, projectId, revision, isUnconfirmed };
    const { stream, events, expected, reservation, dependency } = this.applications.plan(
      { state: noApplication, revision: 'noStream', home },
      { type: 'CreateApiApp', appId, projectId, project, name, clientId, credential },
    );
    return { stream, events, expected, reservation, dependency, appId, clientId, clientSecret };
  }
}

/** The credential of a client that authenticates with the method, and the secret to answer. */
function newCredential(
  method: AuthMethod,
  nextId: IdGenerator,
): { credential: Credential; clientSecret: string | undefined } {
  switch (method) {
    case 'privateKeyJwt':
      return { credential: { authMethod: method }, clientSecret: undefined };
    case 'basic': {
      const { secret, stored } = newClientSecret(nextId());
      return { credential: { authMethod: method, ...stored }, clientSecret: secret };
    }
    default:
      return unreachable(method);
  }
}
