import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';

/** Tells an operator what becomes of damaged files that cannot be replaced now. */
export const NEEDS_WRITING =
  'Give the server write permission on the data folder and restart: it sets the files aside and builds the documents again from the events.';

/** The text for readers while the files are being checked after a start. */
export function checkedText(folder: string): string {
  return `the read model in ${folder} is being checked: try again when GET /debug/ready reports it up`;
}

/** The text of files that cannot be opened. */
export function unopenableText(folder: string, cause: unknown): string {
  return `the read model in ${folder} cannot be opened: ${messageOf(cause)}`;
}

/** The text of the damage of files that were in use. */
export function damagedText(folder: string, fault: string, readOnly: boolean): string {
  const next = readOnly
    ? NEEDS_WRITING
    : 'The documents are built again from the events: try again when GET /debug/ready reports them up.';
  return `the read model in ${folder} is damaged: ${fault}. ${next}`;
}

/** The text for readers of a collection that was in damaged files. */
export function lostText(collection: string): string {
  return `the documents of ${collection} were damaged and are built again from the events: try again when GET /debug/ready reports them up`;
}

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
