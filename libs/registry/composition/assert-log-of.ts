import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import { type Generations, generationsRecord } from '#libs/engine/documents/port/generations.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { DataFolder } from '#libs/engine/runtime/data-folder.js';
import { features } from '#libs/registry/features.js';

/**
 * Checks that the event log exists when the same folder has documents that were made from one. With a new log in its
 * place the server would answer as if nothing had ever been registered.
 *
 * @param readModel of the same data folder; one in MongoDB proves nothing, because other installations can share it
 * @throws EventStoreUnavailableError the log is missing
 */
export async function assertLogOf(readModel: ReadModel, { path }: Pick<DataFolder, 'path'>): Promise<void> {
  const folder = join(path, EVENT_STORE_FOLDER);
  const isThere = existsSync(folder) && readdirSync(folder).length > 0;
  if (isThere || !(readModel instanceof EmbeddedReadModel)) return;
  for (const { collection } of features.projections) {
    const record = await readModel.record<Generations>(generationsRecord(collection));
    if (record?.value.serving === undefined) continue;
    throw new EventStoreUnavailableError(
      `the event log ${folder} is gone, and documents in ${path} were made from one: restore a back-up. APPLEDGER_NEW_EVENT_LOG=true begins a new log without any of the old events`,
    );
  }
}
