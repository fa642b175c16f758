import { chmod, copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedLastingEntries } from '#libs/engine/documents/embedded/embedded-lasting-entries.js';
import { EmbeddedLatestTimes } from '#libs/engine/documents/embedded/embedded-latest-times.js';
import { EmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { DATA_FILE } from '#libs/engine/documents/embedded/open-lmdb.js';
import { EmbeddedEventStore, EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { OperationError, type TellProgress } from '#libs/engine/operations/operation.js';
import { DATA_FOLDER_LOCK } from '#libs/engine/runtime/data-folder.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { CREDENTIAL_TIMES_FOLDER, DELIVERIES_FOLDER, EMBEDDED_READ_MODEL_FOLDER, type Stores } from './open-stores.js';

/** The events contain hashes of secrets, and the development issuer's key is in the same folder. */
const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

const TELL_EVERY_MS = 500;

/** Lock files of LMDB, and temporary files of a process that is writing another file. */
const TEMPORARY = /(-lock|\.tmp)$/;

/**
 * Copies the embedded stores, and the files beside them, into a folder. Reads and writes continue meanwhile. The
 * events are copied after the documents, so the copy contains every event from which its documents were made.
 *
 * @param to a folder without files of these names; when the copy fails, the folder is removed
 * @param abandoned aborts the copy before the next file
 * @throws OperationError the message says why and what to do
 */
export async function copyStores(
  { folder, wholeEventStore: eventStore, readModel, credentialTimes, deliveryEntries }: Stores,
  to: string,
  tell: TellProgress,
  abandoned?: AbortSignal,
): Promise<void> {
  if (folder === undefined || !(eventStore instanceof EmbeddedEventStore)) {
    throw new OperationError('the events lie in EventStoreDB: back them up there');
  }
  try {
    if (readModel instanceof EmbeddedReadModel) {
      const documents = join(to, EMBEDDED_READ_MODEL_FOLDER);
      await mkdir(documents, { mode: OWNER_ONLY_FOLDER });
      await copied(join(documents, DATA_FILE), 'documents', tell, () => readModel.copyTo(documents));
      abandoned?.throwIfAborted();
    }
    if (credentialTimes instanceof EmbeddedLatestTimes && credentialTimes.isThere) {
      await copiedBeside(join(to, CREDENTIAL_TIMES_FOLDER), 'last uses', tell, credentialTimes);
      abandoned?.throwIfAborted();
    }
    if (deliveryEntries instanceof EmbeddedLastingEntries && deliveryEntries.isThere) {
      await copiedBeside(join(to, DELIVERIES_FOLDER), 'deliveries', tell, deliveryEntries);
      abandoned?.throwIfAborted();
    }
    await eventStore.log.copyTo(join(to, EVENT_STORE_FOLDER), (bytes) => tell(`events: ${megabytes(bytes)} copied`));
    abandoned?.throwIfAborted();
    for (const name of await filesBeside(folder.path)) {
      await copied(join(to, name), name, tell, (file) => copyFile(join(folder.path, name), file));
    }
    abandoned?.throwIfAborted();
  } catch (cause) {
    await rm(to, { recursive: true, force: true });
    const text = `the copy to ${to} failed, and nothing of it is left: ${messageOf(cause)}`;
    throw new OperationError(`${text}. Check the disk and its free space, and run the command again`, { cause });
  }
}

/** Copies a store that lies beside the documents. */
async function copiedBeside(
  folder: string,
  what: string,
  tell: TellProgress,
  store: { copyTo(folder: string): Promise<void> },
): Promise<void> {
  await mkdir(folder, { mode: OWNER_ONLY_FOLDER });
  await copied(join(folder, DATA_FILE), what, tell, () => store.copyTo(folder));
}

async function copied(
  file: string,
  what: string,
  tell: TellProgress,
  copy: (file: string) => Promise<void>,
): Promise<void> {
  const sizeNow = async () => tell(`${what}: ${megabytes((await stat(file)).size)} copied`);
  const telling = setInterval(() => void sizeNow().catch(() => undefined), TELL_EVERY_MS); // no such file
  try {
    await copy(file);
    await chmod(file, OWNER_ONLY_FILE);
  } finally {
    clearInterval(telling);
  }
}

/** All files in the data folder other than the stores, such as the development issuer's file. */
async function filesBeside(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const own = new Set([DATA_FOLDER_LOCK]);
  return entries
    .filter((entry) => entry.isFile() && !own.has(entry.name) && !TEMPORARY.test(entry.name))
    .map(({ name }) => name);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;
}
