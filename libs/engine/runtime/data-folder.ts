import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tryLock } from 'fs-native-extensions';

/** The file that exists while a restore replaces the content of the folder. */
export const UNFINISHED_RESTORE = 'restore.unfinished';

/** The file that is locked while the folder is in use. It holds the process id of the user. */
export const DATA_FOLDER_LOCK = 'lock';

/** A new folder is accessible to its owner only: it holds hashes of secrets. */
const OWNER_ONLY = 0o700;

/** A data folder that this process uses: exclusively, or with others that read it. */
export interface DataFolder {
  /** The absolute path. */
  readonly path: string;
  /** The folder cannot be written: its stores are opened for reading, and it is not locked. */
  readonly readOnly: boolean;
  /** Releases the folder for other processes. Close the stores in it first. */
  close(): void;
}

/** The data folder cannot be used. The message says why and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** Another process is using the data folder. */
export class DataFolderInUseError extends DataFolderError {}

/**
 * Creates the data folder if it does not exist, and locks it so that no second process writes the same files. The
 * kernel releases the lock when the process ends, also after a crash: a leftover lock file does not prevent a start.
 *
 * @param folder a relative path starts at the working directory
 * @param source the name of the setting that the folder comes from, for errors
 * @throws DataFolderError it cannot be created, is not a folder, or another process is using it
 */
export function openDataFolder(folder: string, source = 'APPLEDGER_DATA_DIR'): DataFolder {
  const path = resolve(folder);
  makeFolder(path, failureOf(source, path));
  return locked(path, source, false);
}

/**
 * Opens the data folder for reading, together with other processes that read it. Until it is closed, none that writes
 * gets it.
 *
 * @param folder it is there
 * @throws DataFolderError a process that may write is using it
 */
export function readDataFolder(folder: string): DataFolder {
  return { ...locked(resolve(folder), 'APPLEDGER_DATA_DIR', true), readOnly: true };
}

function locked(path: string, source: string, shared: boolean): DataFolder {
  const fd = openLockFile(path, failureOf(source, path));
  if (fd === undefined) return { path, readOnly: true, close: () => {} };
  if (!tryLock(fd, { shared })) {
    closeSync(fd);
    const holder = lockHolder(path);
    throw new DataFolderInUseError(
      `${source} ${path}: another process (pid ${holder}) is using it: stop it or choose another folder`,
    );
  }
  try {
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`, 0);
  } catch {
    // The disk is full: the lock holds without the process id, and the stores can still be read.
  }
  let open = true;
  const close = () => {
    if (open) closeSync(fd);
    open = false;
  };
  return { path, readOnly: false, close };
}

/** Checks that no restore into the folder was interrupted. @throws DataFolderError one was */
export function assertRestored({ path }: DataFolder): void {
  if (!existsSync(join(path, UNFINISHED_RESTORE))) return;
  throw new DataFolderError(
    `APPLEDGER_DATA_DIR ${path}: a restore into it was interrupted, so a part of it may be missing: run appledger restore again, with --replace`,
  );
}

/** Creates the error that says what is wrong with the folder. */
type Failure = (text: string, cause?: unknown) => DataFolderError;

function failureOf(source: string, path: string): Failure {
  return (text, cause) => new DataFolderError(`${source} ${path}: ${text}`, { cause });
}

function makeFolder(path: string, failure: Failure): void {
  try {
    makeWithParents(path);
  } catch (error) {
    if (existsSync(path)) throw failure('is a file, not a folder: move it away, or choose another folder', error);
    throw failure(`cannot be created (${reason(error)}): create it, or choose another folder`, error);
  }
}

/** Node's recursive mkdir does not return below /proc, where the parent folder exists and its child is not found. */
function makeWithParents(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (!existsSync(parent)) makeWithParents(parent);
  try {
    mkdirSync(path, { mode: OWNER_ONLY });
  } catch (error) {
    if (!isFolder(path)) throw error; // Otherwise another process has created it meanwhile.
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Undefined: the folder is read-only. */
function openLockFile(path: string, failure: Failure): number | undefined {
  try {
    accessSync(path, constants.W_OK); // the lock may be writable where no other file can be created
    return openSync(join(path, DATA_FOLDER_LOCK), 'a+');
  } catch (error) {
    if (READ_ONLY.has(codeOf(error) ?? '')) return undefined;
    throw failure(`cannot be locked (${reason(error)}): check the folder, or choose another`, error);
  }
}

const READ_ONLY: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'EPERM']);

function lockHolder(path: string): string {
  try {
    return readFileSync(join(path, DATA_FOLDER_LOCK), 'utf8').trim() || 'unknown';
  } catch {
    return 'unknown';
  }
}

function reason(error: unknown): string {
  return codeOf(error) ?? String(error);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
