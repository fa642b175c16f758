import type { AppendResult } from '#libs/engine/event-store/port/event-store.js';

/** The facts about its aggregate that the answer of every command has. */
export interface Details {
  /** The number of events in the aggregate's stream. */
  readonly sequence: bigint;
  /** The time written in the events, in milliseconds since 1970. */
  readonly changedAt: number;
  readonly resourceOwner: string;
}

/** The details after an append. */
export function detailsOf(appended: AppendResult, changedAt: number, resourceOwner: string): Details {
  return { sequence: appended.revision + 1n, changedAt, resourceOwner };
}
