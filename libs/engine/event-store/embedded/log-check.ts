import { BEFORE_FIRST_POSITION } from '../port/event-store.js';
import type { EmbeddedLog } from './log.js';
import { LogCheckError } from './page-check.js';

/** What a log holds. */
export interface LogContents {
  readonly events: number;
  readonly streams: number;
  /** The newest position; -1 in an empty log. */
  readonly position: bigint;
}

/**
 * Reads every event of a log, and looks whether each stands where its stream says, and whether nothing is left over.
 *
 * @param tell is told the number of events read so far, now and then
 * @throws LogCheckError, EventStoreUnavailableError
 */
export async function checkLog(log: EmbeddedLog, tell: (events: number) => void): Promise<LogContents> {
  let [events, position] = [0, BEFORE_FIRST_POSITION];
  for (;;) {
    const page = await log.checkPage(position + 1n);
    if (page.last === undefined) break;
    events += page.events;
    position = page.last;
    tell(events);
  }
  const counts = await log.counts();
  if (counts.events !== events || counts.places !== events) {
    const found = `${events} events were read, ${counts.events} are counted, and streams hold ${counts.places}`;
    throw new LogCheckError(`the events and their streams do not agree: ${found}`);
  }
  return { events, streams: counts.streams, position };
}
