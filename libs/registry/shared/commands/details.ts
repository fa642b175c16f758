import type { AppendResult } from '#libs/engine/event-store/port/event-store.js';

/** What every write answers about the aggregate it changed. */
export interface Details {
  /** The version of the aggregate's stream: how many events it has. */
  readonly sequence: bigint;
  /** The time written in the events, in milliseconds since 1970. */
  readonly changedAt: number;
  readonly resourceOwner: string;
}

/** The details after an append. */
export function detailsOf(appended: AppendResult, changedAt: number, resourceOwner: string): Details {
  return { sequence: appended.revision + 1n, changedAt, resourceOwner };
}
