import type { RecordedEvent } from '../port/event-store.js';
import { CALL_DEADLINE_MS } from './deadline.js';
import type { EventPull } from './event-pull.js';
import { recordedEvent } from './recorded-event.js';

/** Taken out of the buffer at one go. */
const TAKEN_EVENTS = 100;

/** Every event of a read, which is left when the iteration ends. @throws Error the driver's, or CallTimeoutError */
export async function* pullEvents(pull: EventPull): AsyncGenerator<RecordedEvent> {
  try {
    for (;;) {
      const events = pull.take(TAKEN_EVENTS);
      for (const event of events) yield recordedEvent(event);
      if (events.length > 0) continue;
      if (pull.ended) return;
      await pull.changed(CALL_DEADLINE_MS);
    }
  } finally {
    pull.leave();
  }
}
