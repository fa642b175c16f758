import { accept, type Decider, type Decision, refuse } from '#libs/kernel/decider.js';
import { unreachable } from '#libs/kernel/unreachable.js';
import { normalizedName } from '../name/name.js';
import type { PrivateLabelingSetting, ProjectEvent } from './project.events.js';
import { evolveProject } from './project.evolve.js';
import type { ProjectRefusal } from './project.refusals.js';
import { noProject, type ProjectState } from './project.state.js';

/** Starts a project, the home of applications. */
export interface AddProject {
  readonly type: 'AddProject';
  readonly projectId: string;
  readonly name: string;
  readonly projectRoleAssertion: boolean;
  readonly projectRoleCheck: boolean;
  readonly hasProjectCheck: boolean;
  readonly privateLabelingSetting: PrivateLabelingSetting;
}

export type ProjectCommand = AddProject;

/** What the command comes to, given what the project is. */
export function decideProject(state: ProjectState, command: ProjectCommand): Decision<ProjectEvent, ProjectRefusal> {
  switch (command.type) {
    case 'AddProject': {
      const { type: _, ...data } = command;
      const name = normalizedName(command.name);
      if (name === '') return refuse('PROJECT-IOVCC');
      if (state.status !== 'absent') return refuse('COMMAND-opamwu');
      return accept<ProjectEvent>({ type: 'ProjectAdded', data: { ...data, name } });
    }
    default:
      return unreachable(command.type);
  }
}

export const projectDecider: Decider<ProjectState, ProjectCommand, ProjectEvent, ProjectRefusal> = {
  initial: noProject,
  decide: decideProject,
  evolve: evolveProject,
};
