import { unreachable } from '#libs/kernel/unreachable.js';
import type { ProjectEvent } from './project.events.js';
import type { ProjectState } from './project.state.js';

/** What the project is after the event. */
export function evolveProject(state: ProjectState, event: ProjectEvent): ProjectState {
  switch (event.type) {
    case 'ProjectAdded':
      return { status: 'active', name: event.data.name };
    case 'CreationAbandoned':
      return state;
    default:
      return unreachable(event);
  }
}
