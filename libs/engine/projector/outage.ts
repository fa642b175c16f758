import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';

/** Whether an error says that a store is unavailable. Trying again helps against no other error. */
export function isOutage(error: unknown): error is ReadModelUnavailableError | EventStoreUnavailableError {
  return error instanceof ReadModelUnavailableError || error instanceof EventStoreUnavailableError;
}

/** The answer of a store; false when the store is unavailable. */
export async function whileUp(answer: Promise<boolean>): Promise<boolean> {
  try {
    return await answer;
  } catch (error) {
    if (isOutage(error)) return false;
    throw error;
  }
}
