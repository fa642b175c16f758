import type { RecordedEvent } from '../port/event-store.js';
import { ANSWER_MS, QUIET_READ_MS } from './deadline.js';
import { CallTimeoutError } from './driver-errors.js';
import type { EventPull } from './event-pull.js';
import { recordedEvent } from './recorded-event.js';

/** Taken out of the buffer at one go. */
const TAKEN_EVENTS = 100;

/**
 * Every event of a read, which is left when the iteration ends.
 *
 * @param verify is called when nothing has come for a while: it finds out whether the server still answers
 * @throws Error the driver's, or CallTimeoutError
 */
export async function* pullEvents(pull: EventPull, verify?: () => Promise<void>): AsyncGenerator<RecordedEvent> {
  try {
    for (;;) {
      const events = pull.take(TAKEN_EVENTS);
      for (const event of events) yield recordedEvent(event);
      if (events.length > 0) continue;
      if (pull.ended) return;
      await nextChange(pull, verify);
    }
  } finally {
    pull.leave();
  }
}

async function nextChange(pull: EventPull, verify: (() => Promise<void>) | undefined): Promise<void> {
  for (let quietMs = ANSWER_MS; ; quietMs += ANSWER_MS) {
    try {
      return await pull.changed(ANSWER_MS);
    } catch (error) {
      if (!(error instanceof CallTimeoutError) || verify === undefined || quietMs >= QUIET_READ_MS) throw error;
      await verify();
    }
  }
}
