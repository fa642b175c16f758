import { existsSync } from 'node:fs';
import type { LogLocation } from './log-file.js';
import { Tables } from './tables.js';

/**
 * Opens the LMDB file of a log.
 *
 * @throws Error what is wrong with the file, and what to do
 */
export function openTables({ file, readOnly }: LogLocation): Tables {
  if (readOnly && !existsSync(file)) {
    throw new Error(
      `there is no event store at ${file}, and the folder is read-only: make it writable or choose another`,
    );
  }
  try {
    return new Tables(file, readOnly);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the event store ${file} cannot be opened (${reason}): ${advice(reason)}`, { cause: error });
  }
}

function advice(reason: string): string {
  if (/MDB_INVALID|MDB_CORRUPTED|MDB_VERSION_MISMATCH|no table/.test(reason)) {
    return 'it is damaged or no event store; restore the data folder from a backup';
  }
  if (/permission|EACCES/i.test(reason)) return 'give this user the right to read and write it';
  if (/space/i.test(reason)) return 'free space on the disk';
  return 'check the disk and the folder';
}
