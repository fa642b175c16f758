import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tryLock } from 'fs-native-extensions';

/** The file whose lock says that the folder is in use. It holds the process id of its user. */
const LOCK_FILE = 'lock';

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
 * @param folder from APPLEDGER_DATA_DIR; a relative path starts at the working directory
 * @throws DataFolderError it cannot be made, is no folder, or another process is using it
 */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  makeFolder(path);
  const fd = openLockFile(path);
  if (fd === undefined) return { path, readOnly: true, close: () => {} };
  if (!tryLock(fd)) {
    closeSync(fd);
    const holder = lockHolder(path);
    throw new DataFolderInUseError(
      inFolder(path, `another process (pid ${holder}) is using it: stop it or choose another folder`),
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

function makeFolder(path: string): void {
  try {
    makeWithParents(path);
  } catch (error) {
    if (existsSync(path)) throw failure(path, 'is a file and no folder: move it away, or choose another folder', error);
    throw failure(path, `cannot be made (${reason(error)}): make it, or choose another folder`, error);
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
function openLockFile(path: string): number | undefined {
  try {
    return openSync(join(path, LOCK_FILE), 'a+');
  } catch (error) {
    if (READ_ONLY.has(codeOf(error) ?? '')) return undefined;
    throw failure(path, `cannot be locked (${reason(error)}): check the folder, or choose another`, error);
  }
}

const READ_ONLY: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'EPERM']);

function lockHolder(path: string): string {
  try {
    return readFileSync(join(path, LOCK_FILE), 'utf8').trim() || 'unknown';
  } catch {
    return 'unknown';
  }
}

function failure(path: string, text: string, cause?: unknown): DataFolderError {
  return new DataFolderError(inFolder(path, text), { cause });
}

function inFolder(path: string, text: string): string {
  return `APPLEDGER_DATA_DIR ${path}: ${text}`;
}

function reason(error: unknown): string {
  return codeOf(error) ?? String(error);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
