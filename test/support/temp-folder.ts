import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory, where the system has one. */
const MEMORY = '/dev/shm';

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
  afterAll(() => {
    // A server that is killed only afterwards may be writing into one of them.
    const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 20 };
    for (const path of made.splice(0)) rmSync(path, options);
  });
}
