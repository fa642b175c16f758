import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { HeldName, NameState } from './name.state.js';

/** The one who holds a name, as its own stream tells it. */
export interface Holder {
  /** Where its stream ends. */
  readonly revision: bigint | 'noStream';
  /** The name that it bears now; undefined when it is not there. */
  readonly name: string | undefined;
}

/** What became of the one who holds a name: it bears the name, may yet come to bear it, or never will. */
export type HolderFate = 'bears' | 'pending' | 'abandoned';

/** What somebody who wants the name does next. */
export type ReservationStep = 'reserve' | 'refuse' | 'wait' | 'abandonHolder';

/**
 * How long somebody may take between reserving a name and the append that makes it bear the name, in milliseconds,
 * before another may take the name over. Both are appends that follow each other at once, so this is generous; it is
 * short enough to wait out within one request after a crash.
 */
export const RESERVATION_GRACE_MS = 2_000;

/**
 * What became of a name's holder. Its reservation is good for one append, at the revision that it names: when the
 * holder's stream has moved on and the holder does not bear the name, that append can no longer succeed.
 *
 * @param reservation what the holder reserved
 * @param holder what the holder is now
 * @param name the name, in its comparable form, like the holder's
 */
export function fateOf(reservation: HeldName, holder: Holder, name: string): HolderFate {
  if (holder.name === name) return 'bears';
  return isOutdated(reservation, holder.revision) ? 'abandoned' : 'pending';
}

/** Says whether the owner's stream, which ends at the revision, is past the append that was reserved for. */
export function isOutdated({ ownerRevision }: HeldName, revision: bigint | 'noStream'): boolean {
  if (revision === 'noStream') return false;
  return ownerRevision === 'noStream' || ownerRevision < revision;
}

/**
 * What to do about a name.
 *
 * @param state whose the name is
 * @param fate what became of its holder
 * @param pendingMs for how long the name has been held without its holder coming to bear it
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
