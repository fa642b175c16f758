import { ReadModelUnavailableError } from '../port/read-model.errors.js';

/** Tells an operator how to get a new read model. */
export const REBUILD =
  'Delete the folder while Appledger is stopped: it is built again from the events at the next start.';

/** The error for every call after the read model has been closed. */
export function closedError(folder: string): ReadModelUnavailableError {
  return new ReadModelUnavailableError(`the read model in ${folder} has been closed: open it again`);
}

/** The error for a read or write that failed. @param why the reason and what to do */
export function unavailableError(
  folder: string,
  what: 'read' | 'written',
  why: string,
  cause?: unknown,
): ReadModelUnavailableError {
  return new ReadModelUnavailableError(`the read model in ${folder} cannot be ${what}: ${why}`, { cause });
}
