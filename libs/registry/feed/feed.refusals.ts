import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';

/** Why a call on the feed of events is refused, by the ids that clients match on. */
export const feedRefusals = {
  'FEED-w4Kp2': {
    code: Code.FAILED_PRECONDITION,
    text: 'The cursor belongs to another event log: begin again without a cursor',
    when: 'feed: the cursor was answered by another installation, or before the event log was replaced',
  },
  'FEED-h7Rz9': {
    code: Code.FAILED_PRECONDITION,
    text: 'The cursor is after the end of the event log, which has lost events that were answered: begin again without a cursor',
    when: 'feed: an older backup of the event log has been restored',
  },
  'FEED-t2Nv6': {
    code: Code.NOT_FOUND,
    text: "Event type doesn't exist",
    when: 'schema: no public event has this type',
  },
} as const satisfies Refusals;
