import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { LEDGER_FOLDER } from '#libs/engine/ledger/tree/ledger-folder.js';
import type { TellProgress } from '#libs/engine/operations/operation.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { DATA_FOLDER_LOCK, openDataFolder, UNFINISHED_RESTORE } from '#libs/engine/runtime/data-folder.js';
import { syncPath } from '#libs/engine/runtime/sync-path.js';
import { checkStores } from '#libs/registry/composition/check-stores.js';
import { isWithin, writingError } from '../folders.js';
import { UsageError } from '../usage-error.js';
import { BackupError, type BackupFile, type BackupManifest, readManifest } from './backup-manifest.js';
import { copyWithDigest } from './file-digest.js';

const OWNER_ONLY_FOLDER = 0o700;

/** The folder into which the files are copied and in which they are checked; no server reads it. */
const STAGED = 'restore.partial';

/** The prefix of the names of folders that contain replaced files. */
const REPLACED = 'replaced-';

/** Entries that an empty data folder may have: locks, a stopped server's socket, an interrupted restore's folder. */
const NOTHING = new Set([DATA_FOLDER_LOCK, 'control.sock', 'lost+found', STAGED, UNFINISHED_RESTORE]);

/** The options of a restore. */
export interface RestoreRequest {
  readonly from: string;
  /** Existing files in the data folder may be moved aside. */
  readonly replace: boolean;
  /** The ledger is moved aside with the other files; otherwise the restored events are compared with it. */
  readonly newLedger: boolean;
}

/** The result of a restore. */
export interface Restored {
  readonly manifest: BackupManifest;
  readonly folder: string;
  /** The folder to which the former files were moved. */
  readonly replaced: string | undefined;
}

/**
 * Restores a back-up into the data folder. It is copied and checked first: until then the existing files do not
 * change. While they are replaced, {@link UNFINISHED_RESTORE} prevents servers from starting on a part of them.
 *
 * @throws DataFolderError another process is using the folder, or it cannot be written
 * @throws UsageError it is not empty, and its files may not be replaced
 * @throws BackupError it is not a back-up, or is damaged
 */
export async function restoreInto(
  { dataDir, streamPrefix }: Configuration,
  { from, replace, newLedger }: RestoreRequest,
  tell: TellProgress,
): Promise<Restored> {
  const source = resolve(from);
  if (isWithin(resolve(dataDir), source)) throw new UsageError(`${source} is in the data folder: move it out of there`);
  const manifest = await readManifest(source);
  const folder = openDataFolder(dataDir);
  const staged = join(folder.path, STAGED);
  try {
    if (folder.readOnly) throw new BackupError(`${folder.path} cannot be written: give this user the right to`);
    const present = readdirSync(folder.path).filter(
      (name) => !NOTHING.has(name) && !name.startsWith(REPLACED) && (newLedger || name !== LEDGER_FOLDER),
    );
    if (present.length > 0 && !replace) {
      throw new UsageError(
        `${folder.path} is not empty (it holds ${present.join(', ')}): --replace sets that aside, or choose another folder`,
      );
    }
    rmSync(staged, { recursive: true, force: true });
    mkdirSync(staged, { mode: OWNER_ONLY_FOLDER });
    await stage({ source, staged, manifest, streamPrefix }, tell).catch((error: unknown) => {
      throw writingError(`${source} could not be copied, and ${folder.path} is as it was`, error);
    });
    const replaced = await exchange(folder.path, staged, present);
    return { manifest, folder: folder.path, replaced };
  } finally {
    rmSync(staged, { recursive: true, force: true });
    folder.close();
  }
}

interface Staging {
  readonly source: string;
  readonly staged: string;
  readonly manifest: BackupManifest;
  readonly streamPrefix: string;
}

/** Copies the files, and checks them against the manifest. */
async function stage({ source, staged, manifest, streamPrefix }: Staging, tell: TellProgress): Promise<void> {
  for (const file of manifest.files) {
    tell(`${file.path}: copying`);
    await copyFileOf(source, staged, file);
  }
  const { events, position } = await checkStores(staged, streamPrefix, tell);
  if (events !== manifest.events || position !== manifest.position) {
    throw new BackupError(`${source} holds other events than its backup.json says: take another back-up`);
  }
}

async function copyFileOf(source: string, staged: string, { path, bytes, sha256 }: BackupFile): Promise<void> {
  const to = join(staged, path);
  await mkdir(dirname(to), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const digest = await copyWithDigest(join(source, path), to);
  await syncPath(dirname(to));
  if (digest.bytes === bytes && digest.sha256 === sha256) return;
  throw new BackupError(`${join(source, path)} is damaged: it is not what was backed up. Take another back-up`);
}

/** Moves the existing files aside, and moves the restored ones into their place, the events last. */
async function exchange(folder: string, staged: string, present: readonly string[]): Promise<string | undefined> {
  const unfinished = join(folder, UNFINISHED_RESTORE);
  await writeFile(unfinished, '');
  await syncPath(folder);
  const replaced = present.length === 0 ? undefined : await newFolder(folder);
  if (replaced !== undefined) {
    for (const name of present) await rename(join(folder, name), join(replaced, name));
    await syncPath(replaced);
  }
  const names = readdirSync(staged).filter((name) => name !== EVENT_STORE_FOLDER);
  for (const name of [...names, EVENT_STORE_FOLDER]) await rename(join(staged, name), join(folder, name));
  await syncPath(folder);
  await rm(unfinished);
  await syncPath(folder);
  return replaced;
}

async function newFolder(folder: string): Promise<string> {
  const path = join(folder, `${REPLACED}${new Date().toISOString().replaceAll(':', '-')}`);
  await mkdir(path, { mode: OWNER_ONLY_FOLDER });
  return path;
}
