import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { storeStreams } from '#libs/engine/projector/store.events.js';

/**
 * The kinds of streams whose events are in the ledger: all of the registry but the one that says which store this is, for
 * an embedded store has none, and a copy of the events has another.
 */
export function ledgerStreams(streams: readonly StreamKind[]): readonly StreamKind[] {
  return streams.flatMap(({ prefix, id }) => (prefix === storeStreams.prefix ? [] : [{ prefix, id }]));
}
