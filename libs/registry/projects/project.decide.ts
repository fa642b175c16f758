import { accept, type Decider, type Decision, refuse } from '#libs/engine/kernel/decider.js';
import { unreachable } from '#libs/engine/kernel/unreachable.js';
import { normalizedName } from '#libs/registry/names/index.js';
import type { ProjectEvent } from './project.events.js';
import { evolveProject } from './project.evolve.js';
import type { ProjectRefusal } from './project.refusals.js';
import { isLiveProject, noProject, type ProjectSettings, type ProjectState } from './project.state.js';

/** Adds a project, to which applications belong. */
export interface AddProject extends ProjectSettings {
  readonly type: 'AddProject';
  readonly projectId: string;
}

/** Sets every setting of a project. */
export interface UpdateProject extends ProjectSettings {
  readonly type: 'UpdateProject';
  readonly projectId: string;
}

/** Deactivates or reactivates a project, or removes it with its applications. */
export interface ChangeProjectState {
  readonly type: 'DeactivateProject' | 'ReactivateProject' | 'RemoveProject';
  readonly projectId: string;
}

export type ProjectCommand = AddProject | UpdateProject | ChangeProjectState;

type ProjectDecision = Decision<ProjectEvent, ProjectRefusal>;

/** Decides a command on a project in this state: the events, or the refusal. */
export function decideProject(state: ProjectState, command: ProjectCommand): ProjectDecision {
  switch (command.type) {
    case 'AddProject': {
      const { type: _, ...data } = command;
      const name = normalizedName(command.name);
      if (name === '') return refuse('PROJECT-IOVCC');
      if (state.status !== 'absent') return refuse('COMMAND-opamwu');
      return accept<ProjectEvent>({ type: 'ProjectAdded', data: { ...data, name } });
    }
    case 'UpdateProject':
      return updateProject(state, command);
    case 'DeactivateProject':
      if (!isLiveProject(state)) return refuse('COMMAND-3M9sd');
      if (state.status !== 'active') return refuse('COMMAND-mki55');
      return accept<ProjectEvent>({ type: 'ProjectDeactivated', data: { projectId: command.projectId } });
    case 'ReactivateProject':
      if (!isLiveProject(state)) return refuse('COMMAND-3M9sd');
      if (state.status !== 'inactive') return refuse('COMMAND-5M9bs');
      return accept<ProjectEvent>({ type: 'ProjectReactivated', data: { projectId: command.projectId } });
    case 'RemoveProject':
      if (!isLiveProject(state)) return refuse('COMMAND-3M9sd');
      return accept<ProjectEvent>({ type: 'ProjectRemoved', data: { projectId: command.projectId } });
    default:
      return unreachable(command);
  }
}

function updateProject(state: ProjectState, command: UpdateProject): ProjectDecision {
  const { type: _, projectId, ...asked } = command;
  const wanted: ProjectSettings = { ...asked, name: normalizedName(command.name) };
  if (wanted.name === '') return refuse('PROJECT-IOVCC');
  if (!isLiveProject(state)) return refuse('COMMAND-3M9sd');
  const changed = changesOf(state.settings, wanted);
  if (Object.keys(changed).length === 0) return refuse('COMMAND-2M0fs');
  return accept<ProjectEvent>({ type: 'ProjectChanged', data: { projectId, ...changed } });
}

/** The requested settings that differ from the current ones. */
function changesOf(settings: ProjectSettings, wanted: ProjectSettings): Partial<ProjectSettings> {
  const names = Object.keys(wanted) as (keyof ProjectSettings)[];
  return Object.fromEntries(
    names.filter((name) => wanted[name] !== settings[name]).map((name) => [name, wanted[name]]),
  );
}

export const projectDecider: Decider<ProjectState, ProjectCommand, ProjectEvent, ProjectRefusal> = {
  initial: noProject,
  decide: decideProject,
  evolve: evolveProject,
};
