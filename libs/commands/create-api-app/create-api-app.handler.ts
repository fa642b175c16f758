import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newClientSecret } from '#libs/auth/client-secret.js';
import { authMethods } from '#libs/contract/enum-words.js';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { type Credential, decideApplication } from '#libs/domain/application/application.decide.js';
import { type AuthMethod, applicationStream } from '#libs/domain/application/application.events.js';
import { noApplication } from '#libs/domain/application/application.state.js';
import { projectDecider } from '#libs/domain/project/project.decide.js';
import { projectStream } from '#libs/domain/project/project.events.js';
import type { ProjectState } from '#libs/domain/project/project.state.js';
import type { IdGenerator } from '#libs/kernel/ids.js';
import { unreachable } from '#libs/kernel/unreachable.js';
import { ID_GENERATOR } from '#libs/platform/tokens.js';
import { Creation } from '../support/creation.js';
import { detailsOf } from '../support/details.js';
import { Repository } from '../support/repository.js';
import { CreateApiAppCommand, type CreatedApiApp } from './create-api-app.command.js';

/** load the project → decide → reserve the name → append to the application's own stream. */
@CommandHandler(CreateApiAppCommand)
export class CreateApiAppHandler implements ICommandHandler<CreateApiAppCommand> {
  constructor(
    private readonly repository: Repository,
    private readonly creation: Creation,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: CreateApiAppCommand): Promise<CreatedApiApp> {
    const { organization } = command.context;
    const project = await this.#project(command.projectId, organization);
    const created = await this.creation.create(() => this.#draft(command, project), command.context);
    if (created === undefined) throw ContractError.refused('V3-DKcYh');
    const { draft, appended, at } = created;
    const { appId, clientId, clientSecret } = draft;
    return { appId, clientId, clientSecret, details: detailsOf(appended, at, organization) };
  }

  /** Draws ids and a secret, and decides with them. */
  #draft({ projectId, name, authMethodType }: CreateApiAppCommand, project: ProjectState) {
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
    if (!decision.accepted) throw ContractError.refused(decision.refusal);
    return {
      appId,
      clientId,
      clientSecret,
      stream: applicationStream(appId),
      events: decision.events,
      reservation: { scope: { kind: 'application' as const, projectId }, name, owner: appId },
    };
  }

  /** The project as the organization sees it: one of another organization is not there. */
  async #project(projectId: string, organization: string): Promise<ProjectState> {
    const { state, resourceOwner } = await this.repository.load(projectStream(projectId), projectDecider);
    return resourceOwner === organization ? state : projectDecider.initial;
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
