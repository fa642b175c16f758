import { join } from 'node:path';
import { openEmbeddedEventStore } from '#libs/event-store/embedded/embedded-event-store.js';
import type { EventStore } from '#libs/event-store/port/event-store.js';
import { type DataFolder, openDataFolder } from '#libs/platform/data-folder.js';
import { openEmbeddedReadModel } from '#libs/read-model/embedded/embedded-read-model.js';
import type { ReadModel } from '#libs/read-model/port/read-model.js';

/** The two stores behind their ports, and the folder that the embedded ones are in. */
export interface Stores {
  readonly folder: DataFolder;
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  /** Closes everything, in the reverse order of opening. */
  close(): Promise<void>;
}

/**
 * Opens the embedded stores.
 *
 * @param dataDir from APPLEDGER_DATA_DIR
 * @throws DataFolderError another process is using the folder, or it cannot be made
 * @throws EventStoreUnavailableError, ReadModelUnavailableError a store in it cannot be opened
 */
export async function openStores(dataDir: string): Promise<Stores> {
  const folder = openDataFolder(dataDir);
  const opened: { close(): Promise<void> | void }[] = [folder];
  const close = async () => {
    for (const resource of opened.reverse()) await resource.close();
  };
  try {
    const eventStore = await openEmbeddedEventStore(folder);
    opened.push(eventStore);
    const readModel = openEmbeddedReadModel(join(folder.path, 'read-model'), { readOnly: folder.readOnly });
    opened.push(readModel);
    return { folder, eventStore, readModel, close };
  } catch (error) {
    await close();
    throw error;
  }
}
