import { BEFORE_FIRST_POSITION } from '../port/event-store.js';
import { pullEvents } from './pull-events.js';
import type { Session } from './session.js';

/** The newest position of $all. @throws Error gRPC's, or CallTimeoutError */
export async function readHead(session: Session): Promise<bigint> {
  const newest = session.read({ source: { from: 'end' }, direction: 'backwards', limit: 1 });
  for await (const { position } of pullEvents(newest)) return position;
  return BEFORE_FIRST_POSITION;
}
