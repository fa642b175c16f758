import { accessSync, closeSync, constants, ftruncateSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';

/** The names of LMDB's files inside the folder. */
export const DATA_FILE = 'data.mdb';
export const LOCK_FILE = 'lock.mdb';

/** What LMDB writes to a new file before anything is stored: its first pages, and some for each table. */
const FIRST_BYTES = 262_144;

/** LMDB makes a new lock file half as long without writing to it, and maps it. */
const FIRST_LOCK_BYTES = 16_384;

/** Documents hold hashes of secrets. */
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** A lock file that this user may not write: LMDB then reads without it. */
const NO_RIGHT: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);

/**
 * Creates the folder if it is missing, for its owner only.
 *
 * @returns whether files in it can be written
 * @throws Error it is no folder, or is missing and cannot be created
 */
export function makeWritable(folder: string): boolean {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined) mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  else if (!there.isDirectory()) throw new Error(`${folder} is a file, not a folder: move it away`);
  const data = join(folder, DATA_FILE);
  try {
    accessSync(folder, constants.W_OK);
    if (statSync(data, { throwIfNoEntry: false }) !== undefined) accessSync(data, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Opens the LMDB file in a folder.
 *
 * When lmdb 3.5.6 cannot open one of its files, the process ends with SIGSEGV. So what LMDB is about to do is done
 * before: both files are opened as it opens them, and new ones get the space that they need.
 *
 * @throws Error a file cannot be opened, or the disk has no room for a new one; LMDB's own
 */
export function openLmdb(folder: string, readOnly: boolean): RootDatabase {
  const data = join(folder, DATA_FILE);
  if (!readOnly) mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  if (readOnly) closeSync(opened(data, 'r'));
  else if (makeRoom(data, FIRST_BYTES)) emptied(data); // LMDB takes a file of zeros for a damaged one.
  prepareLock(join(folder, LOCK_FILE), readOnly);
  // With event turn batching LMDB leaves a promise behind that nobody can catch when a commit fails.
  return open({ path: folder, noSubdir: false, readOnly, eventTurnBatching: false });
}

function prepareLock(path: string, readOnly: boolean): void {
  try {
    makeRoom(path, FIRST_LOCK_BYTES);
  } catch (error) {
    if (readOnly && NO_RIGHT.has((error as NodeJS.ErrnoException).code)) return;
    throw error;
  }
}

/** Fills an empty or missing file with zeros. @returns whether it was one */
function makeRoom(path: string, bytes: number): boolean {
  const file = opened(path, 'a+');
  try {
    if (statSync(path).size > 0) return false;
    for (let written = 0; written < bytes; ) written += writeSync(file, Buffer.alloc(bytes - written));
    return true;
  } catch (error) {
    ftruncateSync(file, 0);
    throw error;
  } finally {
    closeSync(file);
  }
}

function emptied(path: string): void {
  const file = opened(path, 'r+');
  try {
    ftruncateSync(file, 0);
  } finally {
    closeSync(file);
  }
}

function opened(path: string, flags: string): number {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new Error(`${path} is not a file: move it away`); // a pipe would be waited for
  }
  return openSync(path, flags, OWNER_ONLY);
}
