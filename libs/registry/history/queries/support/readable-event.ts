import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { MalformedEventError } from '#libs/engine/events/event.errors.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';

/**
 * A recorded event as the lists of what has happened show it; undefined for one that they leave out: it is not
 * Appledger's, or it bears the name of one that is and was written by something else. Nothing can be told of that, and
 * one such event must not hide all others. It is not lost sight of: a projection that takes its type stops at it.
 */
export function readableEvent(codec: EventCodec, recorded: RecordedEvent): DecodedEvent | undefined {
  try {
    return codec.decode(recorded);
  } catch (error) {
    if (error instanceof MalformedEventError) return undefined;
    throw error;
  }
}
