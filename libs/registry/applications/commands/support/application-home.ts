import type { Dependency } from '#libs/engine/commands/planned-append.js';
import type { Loaded, Repository } from '#libs/engine/commands/repository.js';
import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { StreamCondition } from '#libs/engine/event-store/port/event-store.js';
import { isLiveProject, type ProjectState, projectDecider, projectStream } from '#libs/registry/projects/index.js';
import type { ApplicationEvent } from '../../application.events.js';

/** The project of an application, as a change of the application was decided on. */
export interface ApplicationHome {
  readonly appId: string;
  readonly projectId: string;
  /** Where the project's stream ended. */
  readonly revision: Loaded<ProjectState>['revision'];
  /** The project is as it was loaded earlier: it must be loaded again before the change is appended. */
  readonly isUnconfirmed?: true | undefined;
}

/**
 * The project as the dependency of an append to its application.
 *
 * @param events what is appended
 */
export function homeDependency(
  repository: Repository,
  home: ApplicationHome,
  events: readonly ApplicationEvent[],
): Dependency {
  return {
    condition: conditionOf(home),
    confirm: home.isUnconfirmed && (() => confirm(repository, home)),
    wasThereAt: (position) => wasThereAt(repository, home, position),
    withdrawal: withdrawal(home, events),
  };
}

function conditionOf({ projectId, revision }: ApplicationHome): StreamCondition | undefined {
  return revision === 'noStream' ? undefined : { stream: projectStream(projectId), revision };
}

/** Loads the project once more. @throws RevisionConflictError it does not exist any more */
async function confirm(repository: Repository, { projectId, revision }: ApplicationHome): Promise<void> {
  const stream = projectStream(projectId);
  const project = await repository.loadShared(stream, projectDecider);
  if (isLiveProject(project.state) || revision === 'noStream') return;
  throw new RevisionConflictError(stream, revision, project.revision);
}

/** Whether the project was there at a position in $all. One whose stream has been deleted never was. */
async function wasThereAt(repository: Repository, { projectId }: ApplicationHome, position: bigint): Promise<boolean> {
  const { state, position: end } = await repository.loadShared(projectStream(projectId), projectDecider);
  return isLiveProject(state) || (end !== undefined && end >= position);
}

/** What ends an application that was changed too late; nothing when the change has ended it. */
function withdrawal({ appId }: ApplicationHome, events: readonly ApplicationEvent[]): readonly ApplicationEvent[] {
  return events.at(-1)?.type === 'ApplicationRemoved' ? [] : [{ type: 'ApplicationRemoved', data: { appId } }];
}
