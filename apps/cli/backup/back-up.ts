import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { TellProgress } from '#libs/engine/operations/operation.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { DATA_FOLDER_LOCK, type DataFolder, openDataFolder } from '#libs/engine/runtime/data-folder.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { checkStores } from '#libs/registry/composition/check-stores.js';
import { openOperations } from '../open-operations.js';
import { UsageError } from '../usage-error.js';
import { BackupError, type BackupManifest, MANIFEST_FILE, newManifest } from './backup-manifest.js';
import { digestOf } from './file-digest.js';
import { filesIn, isWithin, sync } from './folders.js';

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

/**
 * Copies the embedded stores into a folder, whether a server uses them or not, and checks the copy. The folder appears
 * when it is complete; a failure before that leaves nothing behind.
 *
 * @throws UsageError the folder cannot be used, or there is nothing to copy
 * @throws Error the copy failed, or is damaged
 */
export async function backUp(configuration: Configuration, to: string, tell: TellProgress): Promise<BackupManifest> {
  const target = resolve(to);
  assertUsable(target, resolve(configuration.dataDir));
  const partial = `${target}.partial`;
  const lock = takeFolder(partial);
  const remove = () => rmSync(partial, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await copyInto(partial, configuration, tell);
    const manifest = await checked(partial, configuration.streamPrefix, tell);
    lock.close();
    rmSync(join(partial, DATA_FOLDER_LOCK));
    await rename(partial, target);
    await sync(dirname(target));
    return manifest;
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

/** Creates the folder, or empties the one that an interrupted back-up has left. */
function takeFolder(path: string): DataFolder {
  const folder = openDataFolder(path, 'the folder of the back-up');
  if (folder.readOnly) throw new BackupError(`${path} cannot be written: give this user the right to, or name another`);
  for (const name of readdirSync(path)) {
    if (name !== DATA_FOLDER_LOCK) rmSync(join(path, name), { recursive: true });
  }
  return folder;
}

async function copyInto(partial: string, configuration: Configuration, tell: TellProgress): Promise<void> {
  await chmod(partial, OWNER_ONLY_FOLDER);
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
    await sync(join(partial, path));
    await sync(dirname(join(partial, path)));
  }
  const manifest = newManifest({ version: productVersion(), madeAt: new Date().toISOString(), ...contents, files });
  const manifestFile = join(partial, MANIFEST_FILE);
  await writeFile(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: OWNER_ONLY_FILE, flag: 'wx' });
  await sync(manifestFile);
  await sync(partial);
  return manifest;
}
