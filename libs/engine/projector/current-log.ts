import { inTime } from '#libs/engine/kernel/in-time.js';
import type { LogIdentity } from './log-identity.js';
import { whileUp } from './outage.js';

/** Which event log a store has. */
export interface CurrentLog {
  /** False: the event store does not answer, and {@link identity} is the one that was known before. */
  readonly isKnown: boolean;
  readonly identity: string | undefined;
}

/** Asks for the identity of the log that the store has now, and waits no longer than the patience in milliseconds. */
export async function currentLog(identity: LogIdentity, patienceMs: number): Promise<CurrentLog> {
  const isKnown = await whileUp(inTime(identity.current(), patienceMs));
  return { isKnown, identity: identity.known };
}
