import type { RecordedEvent } from '../port/event-store.js';
import type { AnswerPull } from './answer-pull.js';
import { ANSWER_MS, QUIET_READ_MS } from './deadline.js';
import { CallTimeoutError } from './driver-errors.js';

/** Answers that are taken out of the buffer at once. */
const TAKEN_ANSWERS = 100;

/**
 * Iterates over the events of a read, and ends the read with the iteration. A stream that does not exist has no events.
 *
 * @param verify is called when nothing has arrived for a while: checks whether the server still answers
 * @throws Error gRPC's, or CallTimeoutError
 */
export async function* pullEvents(pull: AnswerPull, verify?: () => Promise<void>): AsyncGenerator<RecordedEvent> {
  try {
    for (;;) {
      const answers = pull.take(TAKEN_ANSWERS);
      for (const answer of answers) if (answer.kind === 'event') yield answer.event;
      if (answers.length > 0) continue;
      if (pull.ended) return;
      await nextChange(pull, verify);
    }
  } finally {
    pull.leave();
  }
}

async function nextChange(pull: AnswerPull, verify: (() => Promise<void>) | undefined): Promise<void> {
  for (let quietMs = ANSWER_MS; ; quietMs += ANSWER_MS) {
    try {
      return await pull.changed(ANSWER_MS);
    } catch (error) {
      if (!(error instanceof CallTimeoutError) || verify === undefined || quietMs >= QUIET_READ_MS) throw error;
      await verify();
    }
  }
}
