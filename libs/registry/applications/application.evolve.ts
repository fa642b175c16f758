import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { ApplicationEvent, AuthMethod } from './application.events.js';
import { type ApiConfig, type ApplicationState, isLiveApplication, type LiveApplication } from './application.state.js';

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
      return live(state, event) && { status: 'removed' };
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
      return { ...application, api: { clientId, authMethod } };
    }
    case 'ApiConfigChanged':
      return { ...application, api: changedApi(application.api, event.data.authMethod) };
    case 'ApplicationKeyAdded':
      return { ...application, keys: new Set([...application.keys, event.data.keyId]) };
    case 'ApplicationKeyRemoved':
      return { ...application, keys: new Set([...application.keys].filter((id) => id !== event.data.keyId)) };
    case 'ApiSecretChanged':
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

function changedApi(api: ApiConfig | undefined, authMethod: AuthMethod): ApiConfig {
  if (api === undefined) throw new Error('ApiConfigChanged before ApiConfigAdded');
  return { ...api, authMethod };
}
