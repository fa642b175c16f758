import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { timeInName } from '#libs/engine/runtime/time-in-name.js';

const MARK = '.damaged-';

/**
 * Renames the folder of a read model, so that a new one can take its place. Only the newest such folder is kept: a disk
 * that damages files again and again must not fill with them.
 *
 * @returns the new path
 * @throws Error it cannot be renamed
 */
export function setAside(folder: string): string {
  for (const earlier of setAsideBeside(folder)) rmSync(earlier, { recursive: true, force: true });
  const path = folder + MARK + timeInName();
  renameSync(folder, path);
  return path;
}

/** The folders that were set aside in place of this one. */
export function setAsideBeside(folder: string): readonly string[] {
  const [parent, start] = [dirname(folder), basename(folder) + MARK];
  return readdirSync(parent)
    .filter((name) => name.startsWith(start))
    .map((name) => join(parent, name));
}
