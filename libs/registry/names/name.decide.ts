import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { HeldName, NameState } from './name.state.js';

/** The aggregate for which a name is reserved, as its own stream says. */
export interface Holder {
  /** The last revision of its stream. */
  readonly revision: bigint | 'noStream';
  /** The comparable form of its current name; undefined when it does not exist. */
  readonly name: string | undefined;
}

/** The state of a reservation: the holder has the name, may still get it, or never will. */
export type HolderFate = 'bears' | 'pending' | 'abandoned';

/** What a writer that wants the name does next. */
export type ReservationStep = 'reserve' | 'refuse' | 'wait' | 'abandonHolder';

/**
 * How long a writer may take between the reservation of a name and the append that uses it, in milliseconds, before
 * another writer may take the name over. The two appends follow each other at once, so this is generous; it is short
 * enough to wait for within one request after a crash.
 */
export const RESERVATION_GRACE_MS = 2_000;

/**
 * The state of a reservation. It is valid for one append, at the revision that it states: when the holder's stream has
 * other events there and the holder does not have the name, that append can no longer succeed.
 *
 * @param reservation the newest one of the name
 * @param holder the current state of the aggregate that it is for
 * @param name the comparable form of the name
 */
export function fateOf(reservation: HeldName, holder: Holder, name: string): HolderFate {
  if (holder.name === name) return 'bears';
  return isOutdated(reservation, holder.revision) ? 'abandoned' : 'pending';
}

/** Whether the owner's stream, whose last revision this is, has passed the append that the reservation is for. */
export function isOutdated({ ownerRevision }: HeldName, revision: bigint | 'noStream'): boolean {
  if (revision === 'noStream') return false;
  return ownerRevision === 'noStream' || ownerRevision < revision;
}

/**
 * The next step of a writer that wants a name.
 *
 * @param state for which aggregate the name is reserved
 * @param fate the state of that reservation
 * @param pendingMs for how long the name has been reserved without being used
 */
export function decideReservation(state: NameState, fate: HolderFate, pendingMs: number): ReservationStep {
  if (state.status === 'free') return 'reserve';
  switch (fate) {
    case 'bears':
      return 'refuse';
    case 'abandoned':
      return 'reserve';
    case 'pending':
      return pendingMs < RESERVATION_GRACE_MS ? 'wait' : 'abandonHolder';
    default:
      return unreachable(fate);
  }
}
