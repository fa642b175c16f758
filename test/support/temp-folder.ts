import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes an empty folder that is removed when the calling spec file has run. Call it inside a spec only. */
export function tempFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'appledger-'));
  made.push(path);
  return path;
}

const made: string[] = [];

if (typeof afterAll === 'function') {
  afterAll(() => {
    for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
  });
}
