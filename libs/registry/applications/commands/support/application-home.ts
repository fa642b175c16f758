import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { StreamCondition } from '#libs/engine/event-store/port/event-store.js';
import { projectDecider } from '#libs/registry/projects/project.decide.js';
import { projectStream } from '#libs/registry/projects/project.events.js';
import { isLiveProject, type ProjectState } from '#libs/registry/projects/project.state.js';
import type { Change, Loaded, Repository } from '#libs/registry/shared/commands/repository.js';
import type { DomainEvent } from '#libs/registry/shared/events.js';

/** An application's project, as a change of the application was decided on. */
export interface ApplicationHome {
  readonly appId: string;
  readonly projectId: string;
  /** Where the project's stream ended. */
  readonly revision: Loaded<ProjectState>['revision'];
  /** The project is as it was known, without a look at the store: the change must not be appended before one. */
  readonly isUnconfirmed?: true | undefined;
}

/** What the append of a change must find, in a store that can check it: the project as it was decided on. */
export function homeCondition(home: ApplicationHome | undefined): StreamCondition | undefined {
  if (home === undefined || home.revision === 'noStream') return undefined;
  return { stream: projectStream(home.projectId), revision: home.revision };
}

/** Looks at the project once more. @throws RevisionConflictError it is not there any more */
export async function confirmHome(repository: Repository, { projectId, revision }: ApplicationHome): Promise<void> {
  const stream = projectStream(projectId);
  const project = await repository.loadShared(stream, projectDecider);
  if (isLiveProject(project.state) || revision === 'noStream') return;
  throw new RevisionConflictError(stream, revision, project.revision);
}

/** Whether the project ended before a position in $all. */
export async function endsBefore(
  repository: Repository,
  { projectId }: ApplicationHome,
  position: bigint,
): Promise<boolean> {
  const project = await repository.loadShared(projectStream(projectId), projectDecider);
  if (isLiveProject(project.state)) return false;
  return project.position === undefined || project.position < position; // No position: the stream has been deleted.
}

/** What ends the application of a change that came too late; nothing when the change has ended it. */
export function withdrawal({ home, events }: Pick<Change, 'events'> & { readonly home?: ApplicationHome | undefined }) {
  const isOver = home === undefined || events.at(-1)?.type === 'ApplicationRemoved';
  return isOver ? [] : [{ type: 'ApplicationRemoved', data: { appId: home.appId } } satisfies DomainEvent];
}
