import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './sync-path.js';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Writes a file of JSON atomically, readable by its owner alone. */
export async function writeOwnerFile(path: string, content: object): Promise<void> {
  await rename(await writeUnfinished(path, content), path);
  await syncPath(dirname(path)); // a power failure could lose the new name otherwise
}

/** Creates a file of JSON, readable by its owner alone, unless it exists. */
export async function createOwnerFile(path: string, content: object): Promise<void> {
  const unfinished = await writeUnfinished(path, content);
  try {
    await link(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished);
  }
  await syncPath(dirname(path));
}

async function writeUnfinished(path: string, content: object): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const unfinished = `${path}.${randomUUID()}.tmp`;
  await writeSynced(unfinished, `${JSON.stringify(content, undefined, 2)}\n`);
  return unfinished;
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', OWNER_ONLY);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
