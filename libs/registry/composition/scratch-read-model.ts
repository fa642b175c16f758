import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';

/** Opens an empty read model in the system's temporary folder, and deletes it when the work, or the process, ends. */
export async function withScratchReadModel<R>(work: (scratch: ReadModel) => Promise<R>): Promise<R> {
  const folder = mkdtempSync(join(tmpdir(), 'appledger-scratch.'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const scratch = openEmbeddedReadModel(folder);
  try {
    return await work(scratch);
  } finally {
    await scratch.close();
    process.off('exit', remove);
    remove();
  }
}
