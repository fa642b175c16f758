import type { Feature } from '#libs/registry/shared/features/feature.js';
import { nameEvents } from './name.events.js';
import { NAME_RESERVER } from './name-bearers.js';
import { NameReservations } from './name-reservations.js';

/** Unique names. Their streams belong to the features whose aggregates have the names. */
export const namesFeature: Feature = {
  name: 'names',
  events: nameEvents,
  providers: [NameReservations, { provide: NAME_RESERVER, useExisting: NameReservations }],
};
