import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type RecordedEvent,
} from '#libs/engine/event-store/port/event-store.js';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import { eventsAfter } from './events-after.js';

/** How far a reader of a log has come. */
export interface LogPlace {
  /** The reader takes the events of streams whose names begin with one of these. */
  readonly streamPrefixes: readonly string[];
  readonly checkpoint: bigint;
  /** The newest event that the reader has taken up to the checkpoint; undefined: none. */
  readonly lastEvent: EventMark | undefined;
}

/** A checkpoint belongs to another log: to another store's, or to events that a restored back-up no longer has. */
export class OtherLogError extends Error {
  override readonly name = 'OtherLogError';

  /** @param subject what was made from the other log, as the subject of a sentence in the plural */
  constructor(subject: string, why: string) {
    super(`${subject} are not of this event log: ${why}`);
  }
}

/**
 * Why a checkpoint cannot come from the events that are in the store; undefined: it can. The last event has to be where
 * it was, because a log that holds it there holds all events before it. Between that event and the checkpoint there
 * must be none of its streams, because the reader would never see it.
 *
 * @throws EventStoreUnavailableError
 */
export async function logMismatch(
  eventStore: EventStore,
  { streamPrefixes, checkpoint, lastEvent }: LogPlace,
): Promise<string | undefined> {
  if (checkpoint <= BEFORE_FIRST_POSITION) return undefined;
  const head = await eventStore.head();
  if (checkpoint > head) return `they hold events up to position ${checkpoint}, and it ends at ${head}`;
  if (lastEvent !== undefined && !(await holds(eventStore, lastEvent))) {
    return `event ${lastEvent.id} is not at position ${lastEvent.position}`;
  }
  const from = lastEvent?.position ?? BEFORE_FIRST_POSITION;
  if (from === checkpoint) return undefined;
  for await (const event of eventsAfter(eventStore, from, { streamPrefixes }, 1)) {
    if (event.position <= checkpoint) return `event ${event.id} at position ${event.position} is new to them`;
  }
  return undefined;
}

/** Where an event is, as a checkpoint remembers it. */
export function markOf({ id, stream, revision, position }: RecordedEvent): EventMark {
  return { id, stream, revision, position };
}

/** Whether the event is where it was. A stream that has been tombstoned cannot tell, and counts as a match. */
async function holds(eventStore: EventStore, { id, stream, revision, position }: EventMark): Promise<boolean> {
  try {
    for await (const event of eventStore.readStream(stream, { from: revision, limit: 1 })) {
      return event.id === id && event.position === position;
    }
    return false;
  } catch (error) {
    if (error instanceof StreamDeletedError) return true;
    throw error;
  }
}
