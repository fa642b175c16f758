import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import { assertKey, type Entry, type EntryWrite, endOf, type LastingEntries } from '../port/lasting-entries.js';
import type { Connection } from './connection.js';
import { UPDATES_PER_COMMAND } from './limits.js';
import { inChunks } from './write-documents.js';

/** An entry; its id is its key. The value is JSON as text, so that no server changes it. */
interface EntryDocument {
  readonly _id: string;
  readonly json: string;
}

/** Entries in a collection of their own. */
export class MongoDbLastingEntries implements LastingEntries {
  readonly isWritable = true;

  /** @param name of the collection */
  constructor(
    private readonly connection: Connection,
    private readonly name: string,
  ) {}

  async write(writes: readonly EntryWrite[]): Promise<void> {
    for (const { key } of writes) assertKey(key);
    await this.connection.run(async (db) => {
      for (const chunk of inChunks(writes, UPDATES_PER_COMMAND))
        await this.#entries(db).bulkWrite(chunk.map(operation));
    });
  }

  async get<T extends object>(key: string): Promise<T | undefined> {
    const found = await this.connection.run((db) => this.#entries(db).findOne({ _id: key }));
    return found === null ? undefined : JSON.parse(found.json);
  }

  async list(
    prefix: string,
    { after = '', limit = 0 }: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<readonly Entry[]> {
    const from = after > prefix ? { $gt: after } : { $gte: prefix };
    const found = await this.connection.run((db) =>
      this.#entries(db)
        .find({ _id: { ...from, $lt: endOf(prefix) } })
        .sort({ _id: 1 })
        .limit(limit) // 0: no limit
        .toArray(),
    );
    return found.map(({ _id, json }) => ({ key: _id, value: JSON.parse(json) }));
  }

  #entries(db: Db): Collection<EntryDocument> {
    return db.collection<EntryDocument>(this.name);
  }
}

function operation({ key: _id, value }: EntryWrite): AnyBulkWriteOperation<EntryDocument> {
  if (value === undefined) return { deleteOne: { filter: { _id } } };
  return { replaceOne: { filter: { _id }, replacement: { json: JSON.stringify(value) }, upsert: true } };
}
