import { messageOf } from '#libs/engine/runtime/message-of.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { LogLocation } from './open-tables.js';

/** Why the log could not be written, and what to do. */
export function unwritable({ file }: LogLocation, error: unknown): Error {
  return unavailable(
    `the event store ${file} cannot be written: free space on the disk, or check it; the next append tries again`,
    error,
  );
}

/** Why the log could not be read, and what to do. */
export function unreadable({ file }: LogLocation, error: unknown): Error {
  return unavailable(`the event store ${file} cannot be read: check the disk`, error);
}

/** What a write to a read-only log is refused with. */
export function readOnlyText({ file }: LogLocation): string {
  return `the event store ${file} is read-only: make its folder writable for this user and restart`;
}

function unavailable(text: string, error: unknown): Error {
  if (error instanceof EventStoreUnavailableError) return error;
  return new EventStoreUnavailableError(`${text} (${messageOf(error)})`, { cause: error });
}
