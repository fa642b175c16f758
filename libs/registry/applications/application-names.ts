import { type NameBearers, reservationStreams } from '#libs/registry/names/index.js';
import { type ApplicationEvent, applicationStream } from './application.events.js';
import { evolveApplication } from './application.evolve.js';
import { type ApplicationState, isLiveApplication, noApplication } from './application.state.js';

/** The names of applications: unique within a project. */
export const applicationNames: NameBearers<ApplicationState, ApplicationEvent> = {
  reservations: reservationStreams('applicationName-', '\\d+'),
  stream: applicationStream,
  initial: noApplication,
  evolve: evolveApplication,
  nameOf: (state) => (isLiveApplication(state) ? state.name : undefined),
};
