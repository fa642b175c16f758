import { messageOf } from '#libs/engine/runtime/message-of.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { LogLocation } from './log-location.js';

/** The error for a log that cannot be written; its message says what to do. */
export function unwritable({ folder }: LogLocation, error: unknown): Error {
  return unavailable(
    `the event store ${folder} cannot be written: free space on the disk, or check it; the next append tries again`,
    error,
  );
}

/** The error for a log that cannot be read; its message says what to do. */
export function unreadable({ folder }: LogLocation, error: unknown): Error {
  return unavailable(`the event store ${folder} cannot be read: check the disk`, error);
}

/** The error for a log that cannot be opened; its message says what to do. */
export function unopenable({ folder }: LogLocation, error: unknown): Error {
  const reason = messageOf(error);
  return unavailable(`the event store ${folder} cannot be opened: ${advice(reason)}`, error);
}

/** The text of the refusal of a write to a read-only log. */
export function readOnlyText({ folder }: LogLocation): string {
  return `the event store ${folder} is read-only: make its folder writable for this user and restart`;
}

function unavailable(text: string, error: unknown): Error {
  if (error instanceof EventStoreUnavailableError) return error;
  return new EventStoreUnavailableError(`${text} (${messageOf(error)})`, { cause: error });
}

function advice(reason: string): string {
  if (/EACCES|EPERM/.test(reason)) return 'give this user the right to read and write it';
  if (/ENOSPC|EFBIG|EDQUOT/.test(reason)) return 'free space on the disk';
  return 'check the disk and the folder';
}
