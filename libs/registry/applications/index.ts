/** What other features may use of applications: pure functions, types and documents. */
export { type ApplicationCommand, applicationDecider } from './application.decide.js';
export { type ApplicationEvent, type AuthMethod, applicationEvents, applicationStream } from './application.events.js';
export { applicationRefusals } from './application.refusals.js';
export { type ApplicationState, isLiveApplication, noApplication } from './application.state.js';
export { PUBLISHED_KEYS_ID } from './application-keys.js';
export { applicationSeenBy } from './application-visibility.js';
export {
  type ApplicationKeyDocument,
  applicationKeysCollection,
  keysOf,
} from './projections/application-keys/application-keys.document.js';
export {
  type ApplicationDocument,
  applicationsCollection,
  oneApplication,
} from './projections/applications/applications.document.js';
export {
  type ClientDocument,
  type ClientSecret,
  clientsCollection,
  oneClient,
} from './projections/clients/clients.document.js';
export { hasExpired } from './secret-list.js';
