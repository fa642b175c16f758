import { join } from 'node:path';
import { openEmbeddedEventStore } from '#libs/event-store/embedded/embedded-event-store.js';
import { openEventStoreDb } from '#libs/event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStore } from '#libs/event-store/port/event-store.js';
import type { Configuration } from '#libs/platform/configuration.js';
import { type DataFolder, openDataFolder } from '#libs/platform/data-folder.js';
import type { Log } from '#libs/platform/logger.js';
import { openEmbeddedReadModel } from '#libs/read-model/embedded/embedded-read-model.js';
import { openMongoDbReadModel } from '#libs/read-model/mongodb/mongodb-read-model.js';
import type { ReadModel } from '#libs/read-model/port/read-model.js';
import { ServedDocuments } from '#libs/read-model/served/served-documents.js';

/** The two stores behind their ports, and the folder that the embedded ones are in. */
export interface Stores {
  readonly folder: DataFolder;
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  /** What queries see of the read model. */
  readonly documents: ServedDocuments;
  /** Other processes write the read model too. */
  readonly readModelIsShared: boolean;
  /** Closes everything, in the reverse order of opening. */
  close(): Promise<void>;
}

/** Documents are of one event store, and positions of one mean nothing in another: each has a folder of its own. */
const READ_MODEL_FOLDER = { embedded: 'read-model', eventStoreDb: 'read-model-of-eventstoredb' };

/**
 * Opens the stores: events and documents in APPLEDGER_DATA_DIR, or the events in EventStoreDB when
 * APPLEDGER_EVENTSTORE_URL names one, and the documents in MongoDB when APPLEDGER_MONGODB_URL does. Neither need be
 * reachable yet.
 *
 * @throws DataFolderError another process is using the folder, or it cannot be made
 * @throws EventStoreUnavailableError, ReadModelUnavailableError a store in it cannot be opened
 * @throws Error the connection string cannot be used
 */
export async function openStores(configuration: Configuration, log: Log): Promise<Stores> {
  const { eventStoreUrl, mongoDbUrl } = configuration;
  const folder = openDataFolder(configuration.dataDir);
  const opened: { close(): Promise<void> | void }[] = [folder];
  const close = async () => {
    for (const resource of opened.reverse()) await resource.close();
  };
  try {
    const embedded = eventStoreUrl === undefined;
    const eventStore = embedded ? await openEmbeddedEventStore(folder) : await openEventStoreDb(eventStoreUrl, log);
    opened.push(eventStore);
    const readModel =
      mongoDbUrl === undefined
        ? openEmbeddedReadModel(join(folder.path, READ_MODEL_FOLDER[embedded ? 'embedded' : 'eventStoreDb']), folder)
        : await openMongoDbReadModel(mongoDbUrl, log);
    opened.push(readModel);
    return {
      folder,
      eventStore,
      readModel,
      documents: new ServedDocuments(readModel),
      readModelIsShared: mongoDbUrl !== undefined,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
