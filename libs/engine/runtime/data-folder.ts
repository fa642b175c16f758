import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tryLock } from 'fs-native-extensions';

/** The file that is there while a restore exchanges what is in the folder. */
export const UNFINISHED_RESTORE = 'restore.unfinished';

/** The file whose lock says that the folder is in use. It holds the process id of its user. */
export const DATA_FOLDER_LOCK = 'lock';

/** Who runs Appledger may do everything with a new folder, others nothing: hashes of secrets are in it. */
const OWNER_ONLY = 0o700;

/** A data folder that this process has for itself. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  /** Nothing can be written here: the stores in it are opened for reading, and there is no lock. */
  readonly readOnly: boolean;
  /** Lets another process have the folder. Close the stores in it first. */
  close(): void;
}

/** The data folder cannot be used. The message says why and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** Another process is using the data folder. */
export class DataFolderInUseError extends DataFolderError {}

/**
 * Makes the data folder if there is none, and locks it, so that no second process writes the same files. The lock ends
 * with the process, however it ends: a lock file left over from a crash is in nobody's way.
 *
 * @param folder a relative path starts at the working directory
 * @param source what an error says that the folder comes from
 * @throws DataFolderError it cannot be made, is no folder, or another process is using it
 */
export function openDataFolder(folder: string, source = 'APPLEDGER_DATA_DIR'): DataFolder {
  const path = resolve(folder);
  const failure: Failure = (text, cause) => new DataFolderError(`${source} ${path}: ${text}`, { cause });
  makeFolder(path, failure);
  const fd = openLockFile(path, failure);
  if (fd === undefined) return { path, readOnly: true, close: () => {} };
  if (!tryLock(fd)) {
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
    // A full disk: the lock holds without the number, and the stores can still be read.
  }
  let open = true;
  const close = () => {
    if (open) closeSync(fd);
    open = false;
  };
  return { path, readOnly: false, close };
}

/** Makes sure that the folder holds a whole state. @throws DataFolderError a restore was interrupted */
export function assertRestored({ path }: DataFolder): void {
  if (!existsSync(join(path, UNFINISHED_RESTORE))) return;
  throw new DataFolderError(
    `APPLEDGER_DATA_DIR ${path}: a restore into it was interrupted, so a part of it may be missing: run appledger restore again, with --replace`,
  );
}

/** Makes the error that says what is wrong with the folder. */
type Failure = (text: string, cause?: unknown) => DataFolderError;

function makeFolder(path: string, failure: Failure): void {
  try {
    makeWithParents(path);
  } catch (error) {
    if (existsSync(path)) throw failure('is a file and no folder: move it away, or choose another folder', error);
    throw failure(`cannot be made (${reason(error)}): make it, or choose another folder`, error);
  }
}

/** Node's own way never ends below /proc, where a folder cannot be found although the one around it is there. */
function makeWithParents(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (!existsSync(parent)) makeWithParents(parent);
  try {
    mkdirSync(path, { mode: OWNER_ONLY });
  } catch (error) {
    if (!isFolder(path)) throw error; // Otherwise another process was quicker.
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Undefined: the folder is read-only. */
function openLockFile(path: string, failure: Failure): number | undefined {
  try {
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
