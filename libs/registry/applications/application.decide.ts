import { accept, type Decider, type Decision, refuse } from '#libs/engine/kernel/decider.js';
import { unreachable } from '#libs/engine/kernel/unreachable.js';
import { normalizedName } from '#libs/registry/names/index.js';
import { isLiveProject, type ProjectState } from '#libs/registry/projects/index.js';
import type { ApplicationEvent, AuthMethod } from './application.events.js';
import { evolveApplication } from './application.evolve.js';
import type { ApplicationRefusal } from './application.refusals.js';
import { type ApplicationState, isLiveApplication, noApplication } from './application.state.js';
import { type AddAppKey, addKey, type RemoveAppKey, removeKey } from './application-keys.js';

/** Registers an API client. Ids and the secret's hash come in; nothing is drawn here. */
export interface CreateApiApp {
  readonly type: 'CreateApiApp';
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

/** Gives an application another name. */
export interface UpdateApp {
  readonly type: 'UpdateApp';
  readonly appId: string;
  readonly name: string;
}

/** Lets an API client authenticate in another way. Its secret ends with the method that needed it. */
export interface UpdateApiAppConfig {
  readonly type: 'UpdateApiAppConfig';
  readonly appId: string;
  readonly authMethod: AuthMethod;
}

/** Replaces the secret of an API client. */
export interface RegenerateApiClientSecret {
  readonly type: 'RegenerateApiClientSecret';
  readonly appId: string;
  readonly secretHash: string;
}

/** Takes an application out of service, brings it back, or ends it. */
export interface ChangeAppState {
  readonly type: 'DeactivateApp' | 'ReactivateApp' | 'RemoveApp';
  readonly appId: string;
}

export type ApplicationCommand =
  | CreateApiApp
  | UpdateApp
  | UpdateApiAppConfig
  | RegenerateApiClientSecret
  | ChangeAppState
  | AddAppKey
  | RemoveAppKey;

type ApplicationDecision = Decision<ApplicationEvent, ApplicationRefusal>;

/** What the command comes to, given what the application is: whether it is there, what state it is in, what changes. */
export function decideApplication(state: ApplicationState, command: ApplicationCommand): ApplicationDecision {
  switch (command.type) {
    case 'CreateApiApp':
      return createApiApp(state, command);
    case 'UpdateApp':
      return rename(state, command);
    case 'UpdateApiAppConfig':
      return updateApiAppConfig(state, command);
    case 'RegenerateApiClientSecret':
      return regenerateApiClientSecret(state, command);
    case 'DeactivateApp':
      if (!isLiveApplication(state)) return refuse('COMMAND-ov9d3');
      if (state.status !== 'active') return refuse('COMMAND-dsh35');
      return accept<ApplicationEvent>({ type: 'ApplicationDeactivated', data: { appId: command.appId } });
    case 'ReactivateApp':
      if (!isLiveApplication(state)) return refuse('COMMAND-ov9d3');
      if (state.status !== 'inactive') return refuse('COMMAND-1n8cM');
      return accept<ApplicationEvent>({ type: 'ApplicationReactivated', data: { appId: command.appId } });
    case 'RemoveApp':
      if (!isLiveApplication(state)) return refuse('COMMAND-0po9s');
      return accept<ApplicationEvent>({ type: 'ApplicationRemoved', data: { appId: command.appId } });
    case 'AddAppKey':
      return addKey(state, command);
    case 'RemoveAppKey':
      return removeKey(state, command);
    default:
      return unreachable(command);
  }
}

function createApiApp(state: ApplicationState, command: CreateApiApp): ApplicationDecision {
  const { appId, projectId, clientId, credential } = command;
  const name = normalizedName(command.name);
  if (name === '') return refuse('PROJECT-Bff2g');
  if (!isLiveProject(command.project)) return refuse('COMMAND-EbFMN');
  if (state.status !== 'absent') return refuse('V3-DKcYh');
  return accept<ApplicationEvent>(
    { type: 'ApplicationAdded', data: { appId, projectId, name } },
    { type: 'ApiConfigAdded', data: { appId, clientId, ...credential } },
  );
}

function rename(state: ApplicationState, command: UpdateApp): ApplicationDecision {
  const name = normalizedName(command.name);
  if (name === '') return refuse('PROJECT-Bff2g');
  if (!isLiveApplication(state)) return refuse('COMMAND-28di9');
  if (state.name === name) return refuse('COMMAND-2m8vx');
  return accept<ApplicationEvent>({ type: 'ApplicationChanged', data: { appId: command.appId, name } });
}

function updateApiAppConfig(state: ApplicationState, { appId, authMethod }: UpdateApiAppConfig): ApplicationDecision {
  if (!isLiveApplication(state)) return refuse('COMMAND-2n8uU');
  if (state.api === undefined) return refuse('COMMAND-Gnwt3');
  if (state.api.authMethod === authMethod) return refuse('COMMAND-1m88i');
  return accept<ApplicationEvent>({ type: 'ApiConfigChanged', data: { appId, authMethod } });
}

function regenerateApiClientSecret(
  state: ApplicationState,
  { appId, secretHash }: RegenerateApiClientSecret,
): ApplicationDecision {
  if (!isLiveApplication(state)) return refuse('COMMAND-2g66f');
  if (state.api === undefined) return refuse('COMMAND-aeH4');
  if (state.api.authMethod !== 'basic') return refuse('COMMAND-7gKw2');
  return accept<ApplicationEvent>({ type: 'ApiSecretChanged', data: { appId, secretHash } });
}

export const applicationDecider: Decider<ApplicationState, ApplicationCommand, ApplicationEvent, ApplicationRefusal> = {
  initial: noApplication,
  decide: decideApplication,
  evolve: evolveApplication,
};
