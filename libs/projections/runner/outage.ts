import { EventStoreUnavailableError } from '#libs/event-store/port/event-store.errors.js';
import { ReadModelUnavailableError } from '#libs/read-model/port/read-model.errors.js';

/** Says whether a store is away, which passes; anything else does not go away by trying again. */
export function isOutage(error: unknown): error is ReadModelUnavailableError | EventStoreUnavailableError {
  return error instanceof ReadModelUnavailableError || error instanceof EventStoreUnavailableError;
}
