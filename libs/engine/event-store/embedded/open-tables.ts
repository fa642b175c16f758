import { existsSync } from 'node:fs';
import { lmdbFileFault } from '#libs/engine/runtime/lmdb-file.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import { Tables } from './tables.js';

/** Where a log lies and how it may be used. */
export interface LogLocation {
  /** The LMDB file; LMDB makes a lock file beside it. */
  readonly file: string;
  /** True: nothing is written, and the file must exist. */
  readonly readOnly: boolean;
}

/**
 * Opens the LMDB file of a log.
 *
 * @throws EventStoreUnavailableError what is wrong with the file, and what to do
 */
export function openTables({ file, readOnly }: LogLocation): Tables {
  if (readOnly && !existsSync(file)) {
    throw new EventStoreUnavailableError(
      `there is no event store at ${file}, and the folder is read-only: make it writable or choose another`,
    );
  }
  try {
    const fault = lmdbFileFault(file);
    if (fault !== undefined) throw new Error(`damaged: ${fault}`);
    return new Tables(file, readOnly);
  } catch (error) {
    const reason = messageOf(error);
    throw new EventStoreUnavailableError(`the event store ${file} cannot be opened (${reason}): ${advice(reason)}`, {
      cause: error,
    });
  }
}

function advice(reason: string): string {
  if (/damaged|MDB_INVALID|MDB_CORRUPTED|MDB_VERSION_MISMATCH|no table/.test(reason)) {
    return 'it is damaged or no event store; restore the data folder from a backup';
  }
  if (/permission|EACCES/i.test(reason)) return 'give this user the right to read and write it';
  if (/space/i.test(reason)) return 'free space on the disk';
  return 'check the disk and the folder';
}
