import { setAsideBeside } from '#libs/engine/documents/embedded/set-aside.js';
import { type Generations, generationsRecord } from '#libs/engine/documents/port/generations.js';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import { hasSegments } from '#libs/engine/event-store/embedded/segments/find-segments.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import { features } from '#libs/registry/features.js';

const NEW_LOG = 'APPLEDGER_NEW_EVENT_LOG=true begins a new log without any of the old events';

/** The documents of an embedded event log. */
export interface DocumentsOfLog {
  readonly readModel: ReadModel;
  /** The folder of the embedded read model; undefined: the documents are in MongoDB. */
  readonly folder: string | undefined;
}

/**
 * Checks that the embedded event log exists when there are documents that were made from one: in the same data folder,
 * also damaged ones that were set aside, or in MongoDB. With a new log in its place the server would answer as if nothing
 * had ever been registered.
 *
 * @param log the folder of the event log
 * @throws EventStoreUnavailableError the log is missing; or it does, and MongoDB does not answer whether it has documents
 */
export async function assertLogOf({ readModel, folder }: DocumentsOfLog, log: string): Promise<void> {
  if (hasSegments(log)) return;
  if (!(await hasDocuments({ readModel, folder }, log))) return;
  const where = folder ?? 'MongoDB';
  const other = folder === undefined ? ', or name a database of its own in APPLEDGER_MONGODB_URL' : '';
  throw new EventStoreUnavailableError(
    `the event log ${log} is gone, and documents in ${where} were made from one: restore a back-up${other}. ${NEW_LOG}`,
  );
}

async function hasDocuments({ readModel, folder }: DocumentsOfLog, log: string): Promise<boolean> {
  if (folder !== undefined && setAsideBeside(folder).length > 0) return true;
  try {
    for (const { collection } of features.projections) {
      const record = await readModel.record<Generations>(generationsRecord(collection));
      if (record?.value.serving !== undefined) return true;
    }
    return false;
  } catch (cause) {
    if (!(cause instanceof ReadModelUnavailableError)) throw cause;
    if (folder !== undefined) return true; // Its file is not empty, and is being checked.
    const text = `there is no event log ${log} yet, and MongoDB does not answer whether its documents were made from one (${cause.message}): start MongoDB first. ${NEW_LOG}`;
    throw new EventStoreUnavailableError(text, { cause });
  }
}
