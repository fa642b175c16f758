import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from './decoded-event.js';
import { MalformedEventError } from './event.errors.js';
import type { EventCodec } from './event-codec.js';

/**
 * A recorded event as lists and feeds of events show it; undefined for one that they leave out, because it is another
 * program's, or is malformed. A malformed event must not hide all others; a projection that takes its type stops at it.
 *
 * @throws NewerEventError a newer version of the program has written it: a list without it would not be complete
 */
export function readableEvent(codec: EventCodec, recorded: RecordedEvent): DecodedEvent | undefined {
  try {
    return codec.decode(recorded);
  } catch (error) {
    if (error instanceof MalformedEventError) return undefined;
    throw error;
  }
}
