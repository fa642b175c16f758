import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TellProgress } from '#libs/engine/operations/operation.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { DATA_FOLDER_LOCK } from '#libs/engine/runtime/data-folder.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { syncPath } from '#libs/engine/runtime/sync-path.js';
import { checkStores } from '#libs/registry/composition/check-stores.js';
import { filesIn } from '../folders.js';
import { makeFolder } from '../new-folder.js';
import { openOperations } from '../open-operations.js';
import { BackupError, type BackupManifest, MANIFEST_FILE, newManifest } from './backup-manifest.js';
import { digestOf } from './file-digest.js';

const OWNER_ONLY_FILE = 0o600;

/**
 * Copies the embedded stores into a folder, whether a server uses them or not, and checks the copy. The folder appears
 * when it is complete; a failure before that leaves nothing behind.
 *
 * @throws UsageError the folder cannot be used, or there is nothing to copy
 * @throws Error the copy failed, or is damaged
 */
export async function backUp(configuration: Configuration, to: string, tell: TellProgress): Promise<BackupManifest> {
  const { dataDir, streamPrefix } = configuration;
  return makeFolder({ to, dataDir, what: 'the folder of the back-up' }, async (partial) => {
    await copyInto(partial, configuration, tell);
    return checked(partial, streamPrefix, tell);
  });
}

async function copyInto(partial: string, configuration: Configuration, tell: TellProgress): Promise<void> {
  const request = { operation: 'copy', to: partial } as const;
  const { operations, close } = await openOperations(configuration, await createLogger('warn'), request);
  try {
    await operations.run(request, tell);
  } finally {
    await close();
  }
  if (!existsSync(partial))
    throw new BackupError('the server writes to another file system: run this command where it runs');
}

/** Checks the copy, and writes its manifest. */
async function checked(partial: string, streamPrefix: string, tell: TellProgress): Promise<BackupManifest> {
  const contents = await checkStores(partial, streamPrefix, tell);
  const paths = (await filesIn(partial)).filter((path) => path !== DATA_FOLDER_LOCK);
  const files = [];
  for (const path of paths) {
    tell(`${path}: taking its checksum`);
    files.push({ path, ...(await digestOf(join(partial, path))) });
    await syncPath(join(partial, path));
    await syncPath(dirname(join(partial, path)));
  }
  const manifest = newManifest({ version: productVersion(), madeAt: new Date().toISOString(), ...contents, files });
  const manifestFile = join(partial, MANIFEST_FILE);
  await writeFile(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: OWNER_ONLY_FILE, flag: 'wx' });
  await syncPath(manifestFile);
  return manifest;
}
