import { isLiveProject, type ProjectState, projectSeenBy } from '#libs/registry/projects/index.js';
import type { Owned } from '#libs/registry/shared/owned.js';
import { type ApplicationState, isLiveApplication, noApplication } from './application.state.js';

/** The project in which an organization looks up an application, and whether it sees that project. */
export interface ApplicationPlace {
  readonly organization: string;
  readonly projectId: string;
  readonly seesProject: boolean;
}

/**
 * Whether an organization sees an application: one of another project or organization does not exist for it, and none
 * does in a project that does not exist.
 */
export function seesApplication(
  place: ApplicationPlace,
  application: { readonly projectId: string; readonly resourceOwner: string | undefined },
): boolean {
  const { organization, projectId, seesProject } = place;
  return seesProject && application.projectId === projectId && application.resourceOwner === organization;
}

/** The state of an application as an organization sees it in a project. */
export function applicationSeenBy(
  organization: string,
  { projectId, project }: { readonly projectId: string; readonly project: Owned<ProjectState> },
  { state, resourceOwner }: Owned<ApplicationState>,
): ApplicationState {
  if (!isLiveApplication(state)) return noApplication;
  const seesProject = isLiveProject(projectSeenBy(organization, project));
  const place = { organization, projectId, seesProject };
  return seesApplication(place, { projectId: state.projectId, resourceOwner }) ? state : noApplication;
}
