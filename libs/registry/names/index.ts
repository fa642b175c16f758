/** What other features may use of names: pure functions and types. */
export { type OwnerEvent, ownerEvents, reservationEvents } from './name.events.js';
export { comparableName, normalizedName, type SearchableName, searchableName } from './name.js';
export {
  NAME_RESERVER,
  type NameBearers,
  type NameReserver,
  type Naming,
  nameToReserve,
  reservationStream,
  reservationStreams,
} from './name-bearers.js';
