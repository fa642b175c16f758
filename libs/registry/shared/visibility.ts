import {
  type ApplicationState,
  isLiveApplication,
  noApplication,
} from '#libs/registry/applications/application.state.js';
import { isLiveProject, noProject, type ProjectState } from '#libs/registry/projects/project.state.js';

/** An aggregate's state, and the organization that owns it; undefined when there is no such aggregate. */
export interface Owned<State> {
  readonly state: State;
  readonly resourceOwner: string | undefined;
}

/** The project as an organization sees it: one of another organization is not there. */
export function projectSeenBy(organization: string, { state, resourceOwner }: Owned<ProjectState>): ProjectState {
  return resourceOwner === organization ? state : noProject;
}

/**
 * The application as an organization sees it in a project: one of another project or organization is not there, and
 * none is where the project is not.
 */
export function applicationSeenBy(
  organization: string,
  place: { readonly projectId: string; readonly project: Owned<ProjectState> },
  { state, resourceOwner }: Owned<ApplicationState>,
): ApplicationState {
  const isHere =
    isLiveProject(projectSeenBy(organization, place.project)) &&
    isLiveApplication(state) &&
    state.projectId === place.projectId &&
    resourceOwner === organization;
  return isHere ? state : noApplication;
}
