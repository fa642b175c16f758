import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { ProjectEvent } from './project.events.js';
import { isLiveProject, type LiveProject, type ProjectState } from './project.state.js';

/** The state of a project after an event. */
export function evolveProject(state: ProjectState, event: ProjectEvent): ProjectState {
  switch (event.type) {
    case 'ProjectAdded': {
      const { projectId: _, ...settings } = event.data;
      return { status: 'active', settings };
    }
    case 'ProjectChanged': {
      const { projectId: _, ...changed } = event.data;
      const project = live(state, event);
      return { ...project, settings: { ...project.settings, ...changed } };
    }
    case 'ProjectDeactivated':
      return { ...live(state, event), status: 'inactive' };
    case 'ProjectReactivated':
      return { ...live(state, event), status: 'active' };
    case 'ProjectRemoved':
      return live(state, event) && { status: 'removed' };
    case 'CreationAbandoned':
      return state;
    case 'RenameAbandoned':
      return live(state, event);
    default:
      return unreachable(event);
  }
}

/** @throws Error the project does not exist: an event is missing before this one */
function live(state: ProjectState, { type }: ProjectEvent): LiveProject {
  if (isLiveProject(state)) return state;
  throw new Error(`${type} ${state.status === 'absent' ? 'before ProjectAdded' : 'after ProjectRemoved'}`);
}
