import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { ApplicationEvent } from './application.events.js';
import { type ApiConfig, type ApplicationState, isLiveApplication, type LiveApplication } from './application.state.js';
import { evolveSecrets, firstSecrets } from './application-secrets.evolve.js';

/** The state of an application after an event. */
export function evolveApplication(state: ApplicationState, event: ApplicationEvent): ApplicationState {
  switch (event.type) {
    case 'ApplicationAdded': {
      const { projectId, name } = event.data;
      return { status: 'active', projectId, name, api: undefined, keys: new Set() };
    }
    case 'CreationAbandoned':
      return state;
    case 'ApplicationRemoved':
      return { status: 'removed', projectId: live(state, event).projectId };
    default:
      return evolveLive(live(state, event), event);
  }
}

/** The events that require an existing application. */
type LaterEvent = Exclude<
  ApplicationEvent,
  { readonly type: 'ApplicationAdded' | 'ApplicationRemoved' | 'CreationAbandoned' }
>;

function evolveLive(application: LiveApplication, event: LaterEvent): LiveApplication {
  switch (event.type) {
    case 'ApplicationChanged':
      return { ...application, name: event.data.name };
    case 'ApplicationDeactivated':
      return { ...application, status: 'inactive' };
    case 'ApplicationReactivated':
      return { ...application, status: 'active' };
    case 'ApiConfigAdded': {
      const { clientId, authMethod } = event.data;
      return { ...application, api: { clientId, authMethod, secrets: firstSecrets(event.data) } };
    }
    case 'ApiConfigChanged':
      return withApi(application, event, { authMethod: event.data.authMethod, secrets: [] });
    case 'JwksUriSet':
      return withApi(application, event, { jwksUri: event.data.jwksUri });
    case 'JwksUriRemoved': {
      const { jwksUri: _, ...api } = apiOf(application, event);
      return { ...application, api };
    }
    case 'ApplicationKeyAdded':
    case 'ApplicationKeyRegistered':
      return { ...application, keys: new Set([...application.keys, event.data.keyId]) };
    case 'ApplicationKeyRemoved':
      return { ...application, keys: new Set([...application.keys].filter((id) => id !== event.data.keyId)) };
    case 'ApiSecretChanged':
    case 'SecretAdded':
    case 'SecretDisabled':
    case 'SecretEnabled':
    case 'SecretExpiring':
    case 'SecretExpired':
    case 'SecretRemoved':
      return withApi(application, event, { secrets: evolveSecrets(apiOf(application, event).secrets, event) });
    case 'RenameAbandoned':
      return application;
    default:
      return unreachable(event);
  }
}

/** @throws Error the application does not exist: an event is missing before this one */
function live(state: ApplicationState, { type }: ApplicationEvent): LiveApplication {
  if (isLiveApplication(state)) return state;
  const where = state.status === 'absent' ? 'before ApplicationAdded' : 'after ApplicationRemoved';
  throw new Error(`${type} ${where}`);
}

function withApi(application: LiveApplication, event: ApplicationEvent, change: Partial<ApiConfig>): LiveApplication {
  return { ...application, api: { ...apiOf(application, event), ...change } };
}

/** @throws Error the application is no API client: an event is missing before this one */
function apiOf({ api }: LiveApplication, { type }: ApplicationEvent): ApiConfig {
  if (api === undefined) throw new Error(`${type} before ApiConfigAdded`);
  return api;
}
