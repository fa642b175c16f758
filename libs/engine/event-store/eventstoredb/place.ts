import { BEFORE_FIRST_POSITION } from '../port/event-store.js';

/** A position in $all, as EventStoreDB represents it. */
export interface Position {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** A place in $all from which a reader continues. */
export type Place = Position | 'start';

/** Converts a position of the port to a place. */
export function placeAt(position: bigint): Place {
  return position <= BEFORE_FIRST_POSITION ? 'start' : { commit: position, prepare: position };
}

/** Whether a place is after another one. */
export function isLater(one: Place, other: Place): boolean {
  if (one === 'start') return false;
  if (other === 'start') return true;
  return one.commit === other.commit ? one.prepare > other.prepare : one.commit > other.commit;
}

/** The later of two places. */
export function laterOf(one: Place, other: Place): Place {
  return isLater(other, one) ? other : one;
}

/**
 * Converts a place to the position of the port up to which every event has been examined. If a page had no matching
 * event, its checkpoint is the start of that page (its prepare position is below its commit position), and the event
 * there has not been examined yet.
 *
 * @param before the result in that case
 */
export function positionOf(place: Place, before: bigint): bigint {
  return place === 'start' || place.prepare < place.commit ? before : place.commit;
}
