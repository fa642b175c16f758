import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';

/** Ends a stream: its cursors mean nothing in the log that is there now. */
const otherLog = ContractError.of(Code.UNAVAILABLE, 'the event store has another event log than before: connect again');

/**
 * Checks that the event store still has a log, after it may have been connected again.
 *
 * @param log its identity when the reader began
 * @throws ContractError UNAVAILABLE: it has another one
 * @throws EventStoreUnavailableError
 */
export async function assertSameLog(identity: LogIdentity, log: string | undefined): Promise<void> {
  if (identity.isCurrent && identity.known === log) return;
  if ((await identity.current()) !== log) throw otherLog;
}

/** The event store has not answered in time. */
export function storeSilent(): EventStoreUnavailableError {
  return new EventStoreUnavailableError('the event store has answered nothing to a reader of the feed');
}
