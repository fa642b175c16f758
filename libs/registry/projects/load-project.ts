import type { Loaded, Repository } from '#libs/engine/commands/repository.js';
import { projectDecider } from './project.decide.js';
import { projectStream } from './project.events.js';
import { isLiveProject, type ProjectState } from './project.state.js';
import { projectSeenBy } from './project-visibility.js';

/**
 * A project that was loaded within this time is not loaded again before an application is created in it, only after:
 * many creations in one project share one load. In milliseconds.
 */
export const RECENT_MS = 50;

/** A project that may have been changed, or removed, since it was loaded. */
export interface LoadedProject extends Loaded<ProjectState> {
  /** The store was not asked: see {@link knownProject}. */
  readonly isUnconfirmed?: true | undefined;
}

/** The project as an organization sees it now. */
export async function loadProject(
  repository: Repository,
  projectId: string,
  organization: string,
): Promise<LoadedProject> {
  const loaded = await repository.loadShared(projectStream(projectId), projectDecider);
  return projectOf(loaded, projectSeenBy(organization, loaded));
}

/** The project as this process has loaded it before, without asking the store; loads it when it did not exist then. */
export async function knownProject(
  repository: Repository,
  projectId: string,
  organization: string,
): Promise<LoadedProject> {
  const stream = projectStream(projectId);
  const known = repository.known(stream, projectDecider);
  const state = known && projectSeenBy(organization, known);
  if (known === undefined || state === undefined || !isLiveProject(state)) {
    return loadProject(repository, projectId, organization);
  }
  const isUnconfirmed = repository.unseenForMs(stream) > RECENT_MS || undefined;
  return projectOf(known, state, isUnconfirmed);
}

/** Field by field: an object spread with a field that replaces one takes 5 µs, on the way of each creation. */
function projectOf(
  { revision, resourceOwner, changedAt, position }: Loaded<ProjectState>,
  state: ProjectState,
  isUnconfirmed?: true,
): LoadedProject {
  return { state, revision, resourceOwner, changedAt, position, isUnconfirmed };
}
