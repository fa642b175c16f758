import type { PrivateLabelingSetting } from './project.events.js';

/** What can be set of a project, its name included. */
export interface ProjectSettings {
  readonly name: string;
  readonly projectRoleAssertion: boolean;
  readonly projectRoleCheck: boolean;
  readonly hasProjectCheck: boolean;
  readonly privateLabelingSetting: PrivateLabelingSetting;
}

/** What a project has come to be. */
export type ProjectState = { readonly status: 'absent' } | LiveProject | { readonly status: 'removed' };

/** A project that is there. */
export interface LiveProject {
  readonly status: 'active' | 'inactive';
  readonly settings: ProjectSettings;
}

export const noProject: ProjectState = { status: 'absent' };

/** Says whether the project is there: it has been added, and not been removed. */
export function isLiveProject(state: ProjectState): state is LiveProject {
  return state.status === 'active' || state.status === 'inactive';
}
