import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { messageOf } from '#libs/engine/runtime/message-of.js';

/** The paths of all files in a folder and its subfolders, relative and with `/` between their parts, in order. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/')).sort();
}

/** Whether a path is a folder or inside it. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way.split(sep)[0] !== '..' && way !== path);
}

/**
 * The error of a command that could not write a folder, for example because the disk is full. Other errors say
 * themselves what to do.
 *
 * @param what could not be done, and what that has left behind
 */
export function writingError(what: string, cause: unknown): unknown {
  if ((cause as NodeJS.ErrnoException).syscall === undefined) return cause;
  return new Error(`${what}: ${messageOf(cause)}. Check the disk and its free space, and run the command again`, {
    cause,
  });
}
