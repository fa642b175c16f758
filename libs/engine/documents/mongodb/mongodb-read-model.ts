import { type Db, type Collection as DriverCollection, MongoServerError } from 'mongodb';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import { KeyedMutex } from '#libs/engine/kernel/keyed-mutex.js';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { remoteHealth } from '#libs/engine/runtime/remote-health.js';
import { isDocumentId } from '../port/document-id.js';
import type { LastingEntries } from '../port/lasting-entries.js';
import type { LatestTimes } from '../port/latest-times.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import {
  type Batch,
  type Collection,
  type Filter,
  type Find,
  type Found,
  NOTHING_PROJECTED,
  type ReadModel,
  type Scanned,
  type Versioned,
} from '../port/read-model.js';
import { withTotal } from '../port/with-total.js';
import { checkpointBefore, ensureCheckpoint, moveCheckpoint, readCheckpoint, removeCheckpoint } from './checkpoint.js';
import { Connection } from './connection.js';
import { COMMAND_LIMIT_MS, IDS_PER_QUERY, SCAN_BATCH_DOCUMENTS } from './limits.js';
import { NAMESPACE_NOT_FOUND, portError } from './mongodb-errors.js';
import { MongoDbLastingEntries } from './mongodb-lasting-entries.js';
import { MongoDbLatestTimes } from './mongodb-latest-times.js';
import { RECORDS, type RecordDocument, readRecord, replaceRecord } from './records.js';
import { PRESENT, type Stored, scanned, versioned, withoutOwnFields } from './stored-document.js';
import { DocumentWriter, inChunks } from './write-documents.js';

/**
 * Opens the read model in MongoDB: a standalone server, a replica set, or another database that speaks its protocol.
 * It need not be reachable: then calls fail at once with ReadModelUnavailableError until it is.
 *
 * @param url a connection string, from APPLEDGER_MONGODB_URL
 * @throws Error the connection string cannot be used: the message says why
 */
export async function openMongoDbReadModel(url: string, log: Log): Promise<ReadModel> {
  return new MongoDbReadModel(await Connection.open(url, log));
}

/** Three stores in MongoDB over one connection. */
export interface MongoDbStores {
  /** Closing it closes the connection. */
  readonly readModel: ReadModel;
  readonly latestTimes: LatestTimes;
  readonly lastingEntries: LastingEntries;
}

/**
 * Opens the read model, and beside its collections one for {@link LatestTimes} and one for {@link LastingEntries}.
 *
 * @param names of these collections
 * @throws Error as {@link openMongoDbReadModel}
 */
export async function openMongoDbStores(
  url: string,
  names: { readonly times: string; readonly entries: string },
  log: Log,
): Promise<MongoDbStores> {
  const connection = await Connection.open(url, log);
  return {
    readModel: new MongoDbReadModel(connection),
    latestTimes: new MongoDbLatestTimes(connection, names.times),
    lastingEntries: new MongoDbLastingEntries(connection, names.entries),
  };
}

/**
 * The read model in MongoDB. One process applies the batches of a collection one after the other, and writes a record
 * only once at a time: not every server that speaks the protocol checks a condition and writes atomically.
 */
class MongoDbReadModel implements ReadModel {
  readonly #writer = new DocumentWriter();
  readonly #mutex = new KeyedMutex();
  /** Why the last write failed although the server answers; undefined: it succeeded. */
  #writeFailure: ReadModelUnavailableError | undefined;

  constructor(private readonly connection: Connection) {}

  async get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined> {
    return this.connection.run(async (db) => {
      const stored = isDocumentId(id) ? await documentsOf(db, collection).findOne({ _id: id }) : null;
      return stored === null ? undefined : versioned<D>(stored).document;
    });
  }

  async getMany<D extends object>(
    collection: Collection<D>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Versioned<D>>> {
    return this.connection.run(async (db) => {
      const found = new Map<string, Versioned<D>>();
      for (const chunk of inChunks([...new Set(ids)].filter(isDocumentId), IDS_PER_QUERY)) {
        for await (const stored of documentsOf(db, collection).find({ _id: { $in: [...chunk] } })) {
          found.set(String(stored._id), versioned<D>(stored));
        }
      }
      return found;
    });
  }

  async find<D extends object>(collection: Collection<D>, find: Find): Promise<Found<D>> {
    return withTotal(await this.#page(collection, find), find, () => this.#count(collection, find.filter));
  }

  async #page<D extends object>(collection: Collection<D>, find: Find): Promise<readonly D[]> {
    const { filter, sort, skip = 0, limit } = find;
    if (limit === 0) return []; // MongoDB takes 0 for no limit.
    return this.connection.run(async (db) => {
      const options = {
        skip,
        limit,
        sort: new Map(sort),
        maxTimeMS: COMMAND_LIMIT_MS,
        batchSize: SCAN_BATCH_DOCUMENTS,
      };
      const documents = await documentsOf(db, collection)
        .find({ ...filter, ...PRESENT }, options)
        .toArray();
      return documents.map((stored) => withoutOwnFields<D>(stored));
    });
  }

  #count(collection: Collection<object>, filter: Filter): Promise<number> {
    return this.connection.run((db) =>
      documentsOf(db, collection).countDocuments({ ...filter, ...PRESENT }, { maxTimeMS: COMMAND_LIMIT_MS }),
    );
  }

  async *scan<D extends object>(collection: Collection<D>): AsyncIterable<Scanned<D>> {
    try {
      const cursor = documentsOf(this.connection.db(), collection)
        .find({ _position: { $exists: true } }, { batchSize: SCAN_BATCH_DOCUMENTS })
        .sort({ _id: 1 });
      for await (const stored of cursor) yield scanned<D>(stored);
    } catch (error) {
      throw portError(error);
    }
  }

  /** It needs no check, and its methods wait for the connection themselves. */
  async opened(): Promise<void> {}

  async prepare(collection: Collection<object>): Promise<void> {
    await this.#writing(async (db) => {
      await ensureCheckpoint(db, collection.name); // Makes the collection.
      for (const fields of collection.indexes ?? []) {
        // One command for each: FerretDB 1.24 fails when several indexes of one command exist already.
        await documentsOf(db, collection).createIndex(new Map(fields.map((field) => [field, 1])));
      }
    });
  }

  async drop(collection: Collection<object>): Promise<void> {
    await this.#writing(async (db) => {
      try {
        await documentsOf(db, collection).drop();
      } catch (error) {
        if (!(error instanceof MongoServerError) || error.code !== NAMESPACE_NOT_FOUND) throw error;
      }
      await removeCheckpoint(db, collection.name);
    });
  }

  async apply<D extends object>(batch: Batch<D>): Promise<void> {
    const wrong = batch.writes.find(({ id }) => !isDocumentId(id));
    if (wrong !== undefined) {
      const id = JSON.stringify(wrong.id.slice(0, 40));
      throw new RangeError(`an id in ${batch.collection.name} must be well-formed Unicode without NUL (got ${id})`);
    }
    await this.#writing((db) => this.#mutex.run(batch.collection.name, () => this.#apply(db, batch)));
  }

  async checkpoint(collection: Collection<object>): Promise<bigint> {
    const stored = await this.connection.run((db) => readCheckpoint(db, collection.name));
    return stored?.position ?? NOTHING_PROJECTED;
  }

  async lastEvent(collection: Collection<object>): Promise<EventMark | undefined> {
    const stored = await this.connection.run((db) => readCheckpoint(db, collection.name));
    return stored?.lastEvent;
  }

  async viewTime(collection: Collection<object>): Promise<number | undefined> {
    const stored = await this.connection.run((db) => readCheckpoint(db, collection.name));
    return stored?.recordedAt;
  }

  async record<T extends object>(name: string): Promise<VersionedRecord<T> | undefined> {
    return this.connection.run((db) => readRecord<T>(recordsOf(db), name));
  }

  async putRecord<T extends object>(name: string, value: T, expected: number | undefined): Promise<number | undefined> {
    return this.#writing((db) =>
      this.#mutex.run(`record ${name}`, () => replaceRecord(recordsOf(db), name, value, expected)),
    );
  }

  health(): Promise<StoreHealth> {
    return remoteHealth(
      () => this.connection.run((db) => db.command({ ping: 1 })),
      () => this.#writeFailure,
    );
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  async #apply(db: Db, batch: Batch<object>): Promise<void> {
    const before = await checkpointBefore(db, batch);
    await this.#writer.write(documentsOf(db, batch.collection), batch.writes);
    await moveCheckpoint(db, batch, before);
  }

  async #writing<T>(work: (db: Db) => Promise<T>): Promise<T> {
    try {
      const result = await this.connection.run(work);
      this.#writeFailure = undefined;
      return result;
    } catch (error) {
      if (error instanceof ReadModelUnavailableError && this.connection.isUp) this.#writeFailure = error;
      throw error;
    }
  }
}

function documentsOf(db: Db, { name }: Collection<object>): DriverCollection<Stored> {
  return db.collection<Stored>(name);
}

function recordsOf(db: Db): DriverCollection<RecordDocument> {
  return db.collection<RecordDocument>(RECORDS);
}
