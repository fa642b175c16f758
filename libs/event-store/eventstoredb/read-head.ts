import { BACKWARDS, END } from '@eventstore/db-client';
import { BEFORE_FIRST_POSITION } from '../port/event-store.js';
import { pullEvents } from './pull-events.js';
import type { Session } from './session.js';

/** The newest position of $all. @throws Error the driver's, or CallTimeoutError */
export async function readHead(session: Session): Promise<bigint> {
  const newest = session.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
  for await (const { position } of pullEvents(session.pull(newest))) return position;
  return BEFORE_FIRST_POSITION;
}
