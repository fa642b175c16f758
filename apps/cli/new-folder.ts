import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { chmod, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  DATA_FOLDER_LOCK,
  type DataFolder,
  DataFolderError,
  openDataFolder,
} from '#libs/engine/runtime/data-folder.js';
import { syncPath } from '#libs/engine/runtime/sync-path.js';
import { isWithin, writingError } from './folders.js';
import { UsageError } from './usage-error.js';

const OWNER_ONLY_FOLDER = 0o700;

/** A folder that a command makes. */
export interface NewFolder {
  /** Where it is to be. It must not exist yet, or be empty. */
  readonly to: string;
  /** The data folder, outside of which it must be. */
  readonly dataDir: string;
  /** What errors call it, such as `the folder of the back-up`. */
  readonly what: string;
}

/**
 * Makes a folder that appears under its name when it is complete. Until then it has the name with `.partial` behind it. A
 * failure leaves nothing behind; what a killed process leaves is removed by the next call.
 *
 * @param fill writes the content into the folder that it gets
 * @throws UsageError there cannot be such a folder
 * @throws DataFolderError it cannot be written, or another process is making it
 */
export async function makeFolder<R>(
  { to, dataDir, what }: NewFolder,
  fill: (partial: string) => Promise<R>,
): Promise<R> {
  const target = resolve(to);
  assertUsable(target, resolve(dataDir));
  const partial = `${target}.partial`;
  const lock = takeFolder(partial, what);
  const remove = () => rmSync(partial, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await chmod(partial, OWNER_ONLY_FOLDER);
    const result = await fill(partial);
    lock.close();
    rmSync(join(partial, DATA_FOLDER_LOCK));
    await syncPath(partial);
    await rename(partial, target);
    await syncPath(dirname(target));
    return result;
  } catch (error) {
    throw writingError(`${target} could not be made, and nothing of it is left`, error);
  } finally {
    lock.close();
    remove();
    process.off('exit', remove);
  }
}

function assertUsable(target: string, dataDir: string): void {
  if (isWithin(dataDir, target)) throw new UsageError(`${target} is in the data folder: name a folder outside of it`);
  const there = statSync(target, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isDirectory() || readdirSync(target).length > 0) {
    throw new UsageError(`${target} is there already and is not an empty folder: name another one`);
  }
  if (there.dev !== statSync(dirname(target)).dev) {
    throw new UsageError(`${target} is where another disk is mounted: name a new folder in it`);
  }
}

/** Creates the folder, or empties the one that an interrupted command has left. */
function takeFolder(path: string, what: string): DataFolder {
  const there = existsSync(path) ? readdirSync(path) : [];
  if (there.length > 0 && !there.includes(DATA_FOLDER_LOCK)) {
    throw new UsageError(`${path} is there already and was not left by this command: move it away, or name another`);
  }
  const folder = openDataFolder(path, what);
  if (folder.readOnly) {
    throw new DataFolderError(`${path} cannot be written: give this user the right to, or name another`);
  }
  for (const name of readdirSync(path)) {
    if (name !== DATA_FOLDER_LOCK) rmSync(join(path, name), { recursive: true });
  }
  return folder;
}
