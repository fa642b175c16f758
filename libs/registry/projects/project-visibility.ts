import type { Owned } from '#libs/registry/shared/owned.js';
import { noProject, type ProjectState } from './project.state.js';

/** Whether an organization sees a project with this owner: the projects of other organizations do not exist for it. */
export function seesProject(organization: string, resourceOwner: string | undefined): boolean {
  return resourceOwner === organization;
}

/** The state of a project as an organization sees it. */
export function projectSeenBy(organization: string, { state, resourceOwner }: Owned<ProjectState>): ProjectState {
  return seesProject(organization, resourceOwner) ? state : noProject;
}
