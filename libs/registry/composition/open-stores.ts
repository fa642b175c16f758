import { join } from 'node:path';
import { isCheckpointRecord } from '#libs/engine/consumer/checkpoint-store.js';
import type { Renewal } from '#libs/engine/consumer/lease.js';
import { openEmbeddedLastingEntries } from '#libs/engine/documents/embedded/embedded-lasting-entries.js';
import { openEmbeddedLatestTimes } from '#libs/engine/documents/embedded/embedded-latest-times.js';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import type { LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import type { LatestTimes } from '#libs/engine/documents/port/latest-times.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import { ServedDocuments } from '#libs/engine/documents/served/served-documents.js';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { StreamRecords } from '#libs/engine/event-store/records/stream-records.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import { Closing } from '#libs/engine/runtime/closing.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { assertRestored, type DataFolder, openDataFolder } from '#libs/engine/runtime/data-folder.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { assertLogOf } from './assert-log-of.js';
import { type OpenedEventStore, openEventStore } from './open-event-store.js';
import { setLedgerAside } from './set-ledger-aside.js';

/** The two stores behind their ports, and the folder that the embedded ones are in. */
export interface Stores extends OpenedEventStore {
  /** undefined: Appledger stores nothing on this machine. */
  readonly folder: DataFolder | undefined;
  readonly readModel: ReadModel;
  /** The documents of the read model that queries read. */
  readonly documents: ServedDocuments;
  /** When each credential was last used. It lies beside the documents, and is made of no event. */
  readonly credentialTimes: LatestTimes;
  /** How far the deliveries to webhooks have come. They lie beside the documents, and are made of no event. */
  readonly deliveryEntries: LastingEntries;
  /** Other processes write the read model too. */
  readonly readModelIsShared: boolean;
  /** Where the processes of the installation agree who does what; undefined: there is one process. */
  readonly agreement: Agreement | undefined;
  /** Closes everything, in the reverse order of opening. */
  close(): Promise<void>;
}

/** Records that all processes of an installation share, and how they keep leases in them. */
export interface Agreement {
  readonly records: RecordStore;
  readonly renewal: Renewal;
}

export interface OpenStoresOptions {
  /** The data folder is required even when no store uses it. */
  readonly needsFolder?: boolean;
  /** Large files of documents are checked after the stores have been opened; until then the documents are unavailable. */
  readonly serves?: boolean;
}

/** The check of a smaller file delays a start by less than half a second; events are served while a larger one is checked. */
const LARGE_READ_MODEL_BYTES = 64 * 1_048_576;

/** Documents belong to one event store, and its positions mean nothing in another: each has a folder of its own. */
const READ_MODEL_FOLDER = { embedded: 'read-model', eventStoreDb: 'read-model-of-eventstoredb' };

/** Where it is kept when each credential was last used: a rebuild of documents touches neither. */
export const CREDENTIAL_TIMES_FOLDER = 'credential-times';
const CREDENTIAL_TIMES_COLLECTION = 'credentialTimes';

/** Where the state of the deliveries to webhooks is kept: a rebuild of documents touches neither. */
export const DELIVERIES_FOLDER = 'webhook-deliveries';
const DELIVERIES_COLLECTION = 'webhookDeliveries';

/** The folder of the documents of the embedded event store, in the data folder. */
export const EMBEDDED_READ_MODEL_FOLDER = READ_MODEL_FOLDER.embedded;

/**
 * Opens the stores: events and documents in APPLEDGER_DATA_DIR, or the events in EventStoreDB when
 * APPLEDGER_EVENTSTORE_URL names one, and the documents in MongoDB when APPLEDGER_MONGODB_URL does. The databases
 * need not be reachable yet.
 *
 * @throws DataFolderError another process is using the folder, it cannot be created, or a restore into it was interrupted
 * @throws EventStoreUnavailableError, ReadModelUnavailableError a store in it cannot be opened
 * @throws Error the connection string cannot be used
 */
export async function openStores(
  configuration: Configuration,
  log: Log,
  { needsFolder = false, serves = false }: OpenStoresOptions = {},
): Promise<Stores> {
  const { dataDir, eventStoreUrl, mongoDbUrl, streamPrefix } = configuration;
  const closing = new Closing();
  try {
    const isShared = eventStoreUrl !== undefined && mongoDbUrl !== undefined;
    const folder = isShared && !needsFolder ? undefined : closing.keep(openDataFolder(dataDir));
    if (folder !== undefined) assertRestored(folder);
    const { readModel, credentialTimes, deliveryEntries } = await openDocuments(configuration, folder, {
      log,
      closing,
      serves,
    });
    if (eventStoreUrl === undefined && configuration.newEventLog) setLedgerAside(opened(folder).path, log);
    else if (eventStoreUrl === undefined) {
      const { path } = opened(folder);
      const documents = mongoDbUrl === undefined ? join(path, EMBEDDED_READ_MODEL_FOLDER) : undefined;
      await assertLogOf({ readModel, folder: documents }, join(path, EVENT_STORE_FOLDER));
    }
    const { eventStore, wholeEventStore, identity } = await openEventStore(configuration, folder, { log, closing });
    return {
      folder,
      eventStore,
      wholeEventStore,
      readModel,
      credentialTimes,
      deliveryEntries,
      documents: new ServedDocuments(readModel, () => identity.known),
      identity,
      readModelIsShared: mongoDbUrl !== undefined,
      agreement:
        mongoDbUrl !== undefined
          ? { records: readModel, renewal: 'always' }
          : eventStoreUrl !== undefined
            ? { records: new StreamRecords(wholeEventStore, streamPrefix, log), renewal: 'whenAsked' }
            : undefined,
      close: () => closing.run(),
    };
  } catch (error) {
    await closing.run();
    throw error;
  }
}

/** Opens the read model, and what lies beside it. */
async function openDocuments(
  { eventStoreUrl, mongoDbUrl }: Configuration,
  folder: DataFolder | undefined,
  { log, closing, serves }: { readonly log: Log; readonly closing: Closing; readonly serves: boolean },
): Promise<Pick<Stores, 'readModel' | 'credentialTimes' | 'deliveryEntries'>> {
  if (mongoDbUrl !== undefined) {
    const { openMongoDbStores } = await import('#libs/engine/documents/mongodb/mongodb-read-model.js');
    const names = { times: CREDENTIAL_TIMES_COLLECTION, entries: DELIVERIES_COLLECTION };
    const { readModel, latestTimes, lastingEntries } = await openMongoDbStores(mongoDbUrl, names, log);
    return { readModel: closing.keep(readModel), credentialTimes: latestTimes, deliveryEntries: lastingEntries };
  }
  const name = READ_MODEL_FOLDER[eventStoreUrl === undefined ? 'embedded' : 'eventStoreDb'];
  const { path, readOnly } = opened(folder);
  const readModel = closing.keep(
    openEmbeddedReadModel(join(path, name), {
      readOnly,
      log,
      isLastingRecord: isCheckpointRecord,
      ...(serves && { backgroundFromBytes: LARGE_READ_MODEL_BYTES }),
    }),
  );
  const times = closing.keep(openEmbeddedLatestTimes(join(path, CREDENTIAL_TIMES_FOLDER), { readOnly, log }));
  const what = 'states of deliveries to webhooks';
  const entries = openEmbeddedLastingEntries(join(path, DELIVERIES_FOLDER), { readOnly, log, what });
  return { readModel, credentialTimes: times, deliveryEntries: closing.keep(entries) };
}

function opened(folder: DataFolder | undefined): DataFolder {
  if (folder === undefined) throw new Error('an embedded store needs the data folder');
  return folder;
}
