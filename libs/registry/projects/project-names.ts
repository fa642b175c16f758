import { type NameBearers, reservationStreams } from '#libs/registry/names/index.js';
import { type ProjectEvent, projectStream } from './project.events.js';
import { evolveProject } from './project.evolve.js';
import { isLiveProject, noProject, type ProjectState } from './project.state.js';

/** The names of projects: unique within an organization. */
export const projectNames: NameBearers<ProjectState, ProjectEvent> = {
  reservations: reservationStreams('projectName-', '.+'),
  stream: projectStream,
  initial: noProject,
  evolve: evolveProject,
  nameOf: (state) => (isLiveProject(state) ? state.settings.name : undefined),
};
