import { BEFORE_FIRST_POSITION } from '../port/event-store.js';

/** A place in $all, as EventStoreDB names it. */
export interface Position {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** A place in $all from which a reader goes on. */
export type Place = Position | 'start';

/** The place of a position of the port. */
export function placeAt(position: bigint): Place {
  return position <= BEFORE_FIRST_POSITION ? 'start' : { commit: position, prepare: position };
}

/** Whether a place comes behind another one. */
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
 * The position of the port up to which everything lies before a place. A checkpoint of a page of which nothing was
 * wanted is the place where that page begins (its prepare position is then below the commit position), so the event
 * there has not been looked at yet.
 *
 * @param before the answer when the place does not tell
 */
export function positionOf(place: Place, before: bigint): bigint {
  return place === 'start' || place.prepare < place.commit ? before : place.commit;
}
