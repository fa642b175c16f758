/** What other features may use of projects: pure functions, types, documents, and reads of ports that they pass. */
export { knownProject, type LoadedProject, loadProject } from './load-project.js';
export { type ProjectCommand, projectDecider } from './project.decide.js';
export { type ProjectEvent, projectEvents, projectStream } from './project.events.js';
export { projectRefusals } from './project.refusals.js';
export { isLiveProject, noProject, type ProjectState } from './project.state.js';
export { projectSeenBy, seesProject } from './project-visibility.js';
export { oneProject, type ProjectDocument, projectsCollection } from './projections/projects/projects.document.js';
export { visibleProject } from './projections/projects/visible-project.js';
