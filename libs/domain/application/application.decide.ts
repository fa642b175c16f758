import { accept, type Decider, type Decision, refuse } from '#libs/kernel/decider.js';
import { unreachable } from '#libs/kernel/unreachable.js';
import { normalizedName } from '../name/name.js';
import type { ProjectState } from '../project/project.state.js';
import type { ApplicationEvent, AuthMethod } from './application.events.js';
import { evolveApplication } from './application.evolve.js';
import type { ApplicationRefusal } from './application.refusals.js';
import { type ApplicationState, noApplication } from './application.state.js';

/** Registers an API client. Ids and the secret's hash come in; nothing is drawn here. */
export interface AddApiApplication {
  readonly type: 'AddApiApplication';
  readonly appId: string;
  readonly projectId: string;
  /** The project as it is now. */
  readonly project: ProjectState;
  readonly name: string;
  readonly clientId: string;
  readonly credential: Credential;
}

/** What the client proves itself by: the hash of its secret, or keys that are added later. */
export type Credential =
  | { readonly authMethod: Extract<AuthMethod, 'basic'>; readonly secretHash: string }
  | { readonly authMethod: Extract<AuthMethod, 'privateKeyJwt'> };

export type ApplicationCommand = AddApiApplication;

/** What the command comes to, given what the application is. */
export function decideApplication(
  state: ApplicationState,
  command: ApplicationCommand,
): Decision<ApplicationEvent, ApplicationRefusal> {
  switch (command.type) {
    case 'AddApiApplication':
      return addApiApplication(state, command);
    default:
      return unreachable(command.type);
  }
}

function addApiApplication(
  state: ApplicationState,
  command: AddApiApplication,
): Decision<ApplicationEvent, ApplicationRefusal> {
  const { appId, projectId, clientId, credential } = command;
  const name = normalizedName(command.name);
  if (name === '') return refuse('PROJECT-Bff2g');
  if (command.project.status === 'absent') return refuse('COMMAND-EbFMN');
  if (state.status !== 'absent') return refuse('V3-DKcYh');
  return accept<ApplicationEvent>(
    { type: 'ApplicationAdded', data: { appId, projectId, name } },
    { type: 'ApiConfigAdded', data: { appId, clientId, ...credential } },
  );
}

export const applicationDecider: Decider<ApplicationState, ApplicationCommand, ApplicationEvent, ApplicationRefusal> = {
  initial: noApplication,
  decide: decideApplication,
  evolve: evolveApplication,
};
