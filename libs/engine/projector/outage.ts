import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';

/** Says whether a store is away, which passes; anything else does not go away by trying again. */
export function isOutage(error: unknown): error is ReadModelUnavailableError | EventStoreUnavailableError {
  return error instanceof ReadModelUnavailableError || error instanceof EventStoreUnavailableError;
}

/** What a question to a store answers; false when the store is away. */
export async function whileUp(answer: Promise<boolean>): Promise<boolean> {
  try {
    return await answer;
  } catch (error) {
    if (isOutage(error)) return false;
    throw error;
  }
}
