import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A file system in memory, where the system has one. */
const MEMORY = '/dev/shm';

/** How often, and with which pauses, the removal of a folder is tried. */
const ATTEMPTS = 50;
const PAUSE_MS = 50;

/** Makes an empty folder that is removed when the calling spec file has run. Call it inside a spec only. */
export function tempFolder(parent = tmpdir()): string {
  const path = mkdtempSync(join(parent, 'appledger-'));
  made.push(path);
  return path;
}

/** Like {@link tempFolder}, where nothing waits for a disk: for specs that open thousands of small files. */
export function memoryFolder(): string {
  return tempFolder(existsSync(MEMORY) ? MEMORY : tmpdir());
}

const made: string[] = [];

if (typeof afterAll === 'function') {
  afterAll(async () => {
    await Promise.all(made.splice(0).map(remove));
  });
}

/** Removes a folder, into which a server may be writing that is killed only afterwards. */
async function remove(path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rm(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY' || attempt === ATTEMPTS) throw error;
      await delay(PAUSE_MS);
    }
  }
}
