import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import type { Attempt } from '#libs/engine/commands/planned-append.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { unreachable } from '#libs/engine/kernel/unreachable.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { Projects } from '#libs/registry/projects/commands/support/projects.js';
import { detailsOf } from '#libs/registry/shared/commands/details.js';
import { type Credential, decideApplication } from '../../application.decide.js';
import type { AuthMethod } from '../../application.events.js';
import { noApplication } from '../../application.state.js';
import { newClientSecret } from '../../client-secret.js';
import { authMethods } from '../../enum-words.js';
import { Applications } from '../support/applications.js';
import { CreateApiAppCommand, type CreatedApiApp } from './create-api-app.command.js';

/** decide on the project → reserve the name → append to the application's own stream. */
@CommandHandler(CreateApiAppCommand)
export class CreateApiAppHandler implements ICommandHandler<CreateApiAppCommand> {
  constructor(
    private readonly projects: Projects,
    private readonly applications: Applications,
    private readonly executor: CommandExecutor,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: CreateApiAppCommand): Promise<CreatedApiApp> {
    const { resourceOwner } = command.context;
    const created = await this.executor.execute((attempt) => this.#plan(command, attempt), command.context);
    if (created === undefined) throw refused('V3-DKcYh');
    const { plan, appended, at } = created;
    const { appId, clientId, clientSecret } = plan;
    return { appId, clientId, clientSecret, details: detailsOf(appended, at, resourceOwner) };
  }

  /** Draws ids and a secret, and decides with them. The project is loaded again while the name is reserved. */
  async #plan({ projectId, name, authMethodType, context }: CreateApiAppCommand, { isFirst }: Attempt) {
    const { resourceOwner } = context;
    const found = await (isFirst
      ? this.projects.known(projectId, resourceOwner)
      : this.projects.load(projectId, resourceOwner));
    const { state: project, revision, isUnconfirmed } = found;
    const appId = this.nextId();
    const clientId = this.nextId();
    const { credential, clientSecret } = newCredential(authMethods.stored(authMethodType));
    const decision = decideApplication(noApplication, {
      type: 'AddApiApplication',
      appId,
      projectId,
      project,
      name,
      clientId,
      credential,
    });
    if (!decision.accepted) throw refused(decision.refusal);
    const home = { appId, projectId, revision, isUnconfirmed };
    const plan = this.applications.plan({ home, events: decision.events, expected: 'noStream', name });
    return { appId, clientId, clientSecret, ...plan };
  }
}

/** What the client will prove itself by, and the secret to show, for the method that was asked for. */
function newCredential(method: AuthMethod): { credential: Credential; clientSecret: string | undefined } {
  switch (method) {
    case 'privateKeyJwt':
      return { credential: { authMethod: method }, clientSecret: undefined };
    case 'basic': {
      const { secret, hash } = newClientSecret();
      return { credential: { authMethod: method, secretHash: hash }, clientSecret: secret };
    }
    default:
      return unreachable(method);
  }
}
