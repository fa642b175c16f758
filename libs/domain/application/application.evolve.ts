import { unreachable } from '#libs/kernel/unreachable.js';
import type { ApplicationEvent } from './application.events.js';
import type { ApplicationState } from './application.state.js';

/** What the application is after the event. */
export function evolveApplication(state: ApplicationState, event: ApplicationEvent): ApplicationState {
  switch (event.type) {
    case 'ApplicationAdded':
      return { status: 'active', projectId: event.data.projectId, name: event.data.name, api: undefined };
    case 'ApiConfigAdded':
      if (state.status === 'absent') throw new Error('ApiConfigAdded before ApplicationAdded');
      return { ...state, api: { clientId: event.data.clientId, authMethod: event.data.authMethod } };
    case 'CreationAbandoned':
      return state;
    default:
      return unreachable(event);
  }
}
