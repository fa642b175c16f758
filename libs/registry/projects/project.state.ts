import type { PrivateLabelingSetting } from './project.events.js';

/** The settings of a project, its name included. */
export interface ProjectSettings {
  readonly name: string;
  readonly projectRoleAssertion: boolean;
  readonly projectRoleCheck: boolean;
  readonly hasProjectCheck: boolean;
  readonly privateLabelingSetting: PrivateLabelingSetting;
}

/** The state of a project. */
export type ProjectState = { readonly status: 'absent' } | LiveProject | { readonly status: 'removed' };

/** A project that exists. */
export interface LiveProject {
  readonly status: 'active' | 'inactive';
  readonly settings: ProjectSettings;
}

export const noProject: ProjectState = { status: 'absent' };

/** Whether the project exists: it has been added and not removed. */
export function isLiveProject(state: ProjectState): state is LiveProject {
  return state.status === 'active' || state.status === 'inactive';
}
