import type { EventMark } from '#libs/engine/documents/port/read-model.js';
import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import { BEFORE_FIRST_POSITION, type EventStore } from '#libs/engine/event-store/port/event-store.js';
import { eventsAfter } from './events-after.js';

/** Documents are of another log than the one that is there: of another store, or of what a back-up has taken back. */
export class OtherLogError extends Error {
  override readonly name = 'OtherLogError';

  constructor(projection: string, why: string) {
    super(`the documents of ${projection} are not of this event log: ${why}`);
  }
}

/** How far documents are, by the log that they come from. */
export interface LogPlace {
  /** The beginnings of the names of the streams that documents come from. */
  readonly streamPrefixes: readonly string[];
  readonly checkpoint: bigint;
  /** The newest of Appledger's events up to the checkpoint. */
  readonly lastEvent: EventMark | undefined;
}

/**
 * Why documents with this checkpoint cannot come from the events that are in the store; undefined: they do. The event
 * at the checkpoint has to be where it was, for a log that holds it there holds all before it; and between it and the
 * checkpoint there must be none of Appledger's, for the projection would never see it.
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

/** Whether the event is where it was. A stream that has been deleted for good does not tell. */
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
