import { unreachable } from '#libs/kernel/unreachable.js';
import type { NameState } from './name.state.js';

/** What became of the one who holds a name: it was created, is not there (yet), or was given up. */
export type HolderFate = 'created' | 'pending' | 'abandoned';

/** What a creator who wants the name does next. */
export type ReservationStep = 'reserve' | 'refuse' | 'wait' | 'abandonHolder';

/**
 * How long a creator may take between reserving a name and creating what bears it, in milliseconds, before another
 * may take the name over. Both are appends that follow each other at once, so this is generous; it is short enough to
 * wait out within one request after a crash.
 */
export const RESERVATION_GRACE_MS = 2_000;

/**
 * What to do about a name.
 *
 * @param state whose the name is
 * @param fate what became of its holder
 * @param pendingMs for how long the name has been held without its holder being created
 */
export function decideReservation(state: NameState, fate: HolderFate, pendingMs: number): ReservationStep {
  if (state.status === 'free') return 'reserve';
  switch (fate) {
    case 'created':
      return 'refuse';
    case 'abandoned':
      return 'reserve';
    case 'pending':
      return pendingMs < RESERVATION_GRACE_MS ? 'wait' : 'abandonHolder';
    default:
      return unreachable(fate);
  }
}
