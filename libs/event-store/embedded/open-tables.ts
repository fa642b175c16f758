import { closeSync, existsSync, fstatSync, openSync, readSync, truncateSync } from 'node:fs';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import { HEADER_BYTES, isLmdbFile, missingBytes, TOLERATED_MISSING_BYTES } from './file-check.js';
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
    if (existsSync(file)) checkFile(file, readOnly);
    return new Tables(file, readOnly);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EventStoreUnavailableError(`the event store ${file} cannot be opened (${reason}): ${advice(reason)}`, {
      cause: error,
    });
  }
}

function checkFile(file: string, readOnly: boolean): void {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const start = Buffer.alloc(Math.min(size, HEADER_BYTES));
    readSync(fd, start, 0, start.length, 0);
    if (size === 0) return; // A process ended between making the file and its first write.
    if (!isLmdbFile(start)) throw new Error('damaged: it does not start as an LMDB file');
    const missing = missingBytes(start, size);
    if (missing > TOLERATED_MISSING_BYTES) throw new Error(`damaged: its last ${missing} bytes are missing`);
    if (missing > 0 && !readOnly) truncateSync(file, size + missing);
  } finally {
    closeSync(fd);
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
