import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { NameEvent } from './name.events.js';
import type { NameState } from './name.state.js';

/** The reservation after an event. */
export function evolveName(_state: NameState, event: NameEvent): NameState {
  switch (event.type) {
    case 'NameReserved': {
      const { owner, ownerRevision } = event.data;
      return { status: 'held', owner, ownerRevision: ownerRevision === undefined ? 'noStream' : BigInt(ownerRevision) };
    }
    default:
      return unreachable(event.type);
  }
}
