import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { StoredEvent } from './record.js';
import type { PageRequest, Tables } from './tables.js';

/** Read at one go, so that the process answers others in between. */
export const CHECK_LIMITS = { maxEvents: 1_000, maxBytes: 1_048_576 } as const;

/** A page of events that has been checked. */
export interface CheckedPage {
  readonly events: number;
  /** The last one's position; undefined: there is no further event. */
  readonly last: bigint | undefined;
}

/** A log contradicts itself. The message says where. */
export class LogCheckError extends Error {
  override readonly name = 'LogCheckError';
}

/** Reads a page of events, and looks whether each stands where its stream says. @throws LogCheckError */
export function checkPage(tables: Tables, page: PageRequest): CheckedPage {
  const events = tables.allPage(page);
  for (const event of events) {
    const fault = faultOf(event, tables);
    if (fault !== undefined) throw new LogCheckError(`the event at position ${event.position} is damaged: ${fault}`);
  }
  return { events: events.length, last: events.at(-1)?.position };
}

function faultOf(event: StoredEvent, tables: Tables): string | undefined {
  try {
    const { stream, revision, position } = event;
    const head = tables.head(stream);
    if (head === undefined) return `stream ${stream} is unknown`;
    if (revision > head.revision && !head.tombstoned) return `stream ${stream} ends at revision ${head.revision}`;
    const found = tables.positionAt(head.streamNumber, revision);
    return found === position ? undefined : `revision ${revision} of stream ${stream} is not there`;
  } catch (error) {
    return messageOf(error);
  }
}
