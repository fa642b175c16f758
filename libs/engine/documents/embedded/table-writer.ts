import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { FileReserve, LmdbStats } from '#libs/engine/runtime/file-reserve.js';
import { lmdbBytesAfter } from '#libs/engine/runtime/file-reserve.js';
import { DocumentsLostError } from '../port/read-model.errors.js';
import { type Batch, type Collection, type Index, NOTHING_PROJECTED, type Write } from '../port/read-model.js';
import { keyToWrite, rangeOf } from './document-keys.js';
import { entriesOf } from './index-entries.js';
import type { LmdbTables } from './lmdb-tables.js';
import { storedCheckpoint } from './stored-checkpoint.js';
import { decodeDocument, encodeDocument, positionIn } from './stored-document.js';
import type { TableReader } from './table-reader.js';

/** Removed or indexed in one transaction. A larger one would block the event loop for readers of other collections. */
const PAGE_DOCUMENTS = 1_000;

/** A write with the key of its document. */
export interface KeyedWrite {
  readonly key: Buffer;
  readonly write: Write<object>;
}

/** A write that is newer than what is stored under its key. */
interface NewerWrite extends KeyedWrite {
  readonly stored: Buffer | undefined;
}

/** The writes with their keys. @throws RangeError no document can have one of the ids */
export function keyed(collection: Collection<object>, writes: readonly Write<object>[]): readonly KeyedWrite[] {
  return writes.map((write) => ({ key: keyToWrite(collection, write.id), write }));
}

/** Writes the tables. Its methods must not run at the same time: each relies on what it has read until it commits. */
export class TableWriter {
  constructor(
    private readonly tables: LmdbTables,
    private readonly reader: TableReader,
    private readonly reserve: FileReserve,
  ) {}

  /** Writes what is newer than what is stored, and the checkpoint, in one transaction. @throws DocumentsLostError */
  async apply(batch: Batch<object>, writes: readonly KeyedWrite[]): Promise<void> {
    const { collection, after, checkpoint } = batch;
    const known = this.reader.checkpoint(collection);
    const stored = known?.position ?? NOTHING_PROJECTED;
    const { recordedAt = known?.recordedAt, lastEvent = known?.lastEvent, log = known?.log } = batch;
    if (stored < after || (known?.log !== undefined && log !== known.log)) {
      throw new DocumentsLostError(collection.name);
    }
    if (writes.length > 0 && this.reader.indexesOf(collection) === undefined) await this.prepare(collection);
    const indexes = this.reader.indexesOf(collection) ?? [];
    const newer = this.#newerOf(writes);
    if (newer.length === 0 && checkpoint <= stored) return;
    await this.#commit(1 + newer.length * (1 + indexes.length), () => {
      for (const write of newer) this.#put(collection, indexes, write);
      if (checkpoint <= stored) return;
      const reached = storedCheckpoint({ position: checkpoint, recordedAt, lastEvent, log });
      this.tables.checkpoints.put(collection.name, reached);
    });
    for (const { write } of newer) this.reader.updateCached(collection, write);
  }

  /** Creates the collection and the index entries that its documents lack. */
  async prepare(collection: Collection<object>): Promise<void> {
    if (this.reader.isPrepared(collection)) return;
    const indexes = [...(this.reader.indexesOf(collection) ?? []), ...this.reader.missingIndexes(collection)];
    for (let after = ''; ; ) {
      const page = this.reader.page(collection, after, PAGE_DOCUMENTS);
      if (page.length === 0) break;
      await this.#commit(page.length * indexes.length, () => {
        for (const { id, document } of page) {
          for (const entry of entriesOf(collection, indexes, id, document)) this.tables.entries.put(entry);
        }
      });
      if (page.length < PAGE_DOCUMENTS) break;
      after = page.at(-1)?.id ?? '';
    }
    await this.#commit(1, () => this.tables.indexes.put(collection.name, indexes));
  }

  /** Removes the collection, in several transactions. */
  async drop(collection: Collection<object>): Promise<void> {
    // The checkpoint first: documents without one are rebuilt and never considered complete.
    await this.#commit(1, () => this.tables.checkpoints.remove(collection.name));
    for (const table of [this.tables.entries, this.tables.documents]) {
      for (let removed = PAGE_DOCUMENTS; removed === PAGE_DOCUMENTS; ) {
        const keys = table.keys({ ...rangeOf(collection.name), limit: PAGE_DOCUMENTS });
        removed = keys.length;
        if (removed === 0) break;
        await this.#commit(removed, () => {
          for (const key of keys) table.remove(key);
        });
      }
    }
    await this.#commit(1, () => this.tables.indexes.remove(collection.name));
    this.reader.clearCache();
  }

  /** Replaces a record if it has the expected version. Returns the new version, or undefined if it has another one. */
  async putRecord(name: string, value: object, expected: number | undefined): Promise<number | undefined> {
    if (this.reader.record(name)?.version !== expected) return undefined;
    const version = (expected ?? 0) + 1;
    await this.#commit(1, () => this.tables.records.put(name, { value, version }));
    return version;
  }

  /** Writes records with their versions. */
  async putRecords(records: ReadonlyMap<string, VersionedRecord<object>>): Promise<void> {
    await this.#commit(records.size, () => {
      for (const [name, record] of records) this.tables.records.put(name, record);
    });
  }

  async #commit(entries: number, work: () => void): Promise<void> {
    await this.reserve.ensure(lmdbBytesAfter(this.tables.root.getStats() as LmdbStats, entries));
    await this.tables.root.batch(work);
  }

  #newerOf(writes: readonly KeyedWrite[]): readonly NewerWrite[] {
    const newer: NewerWrite[] = [];
    for (const { key, write } of writes) {
      const stored = this.tables.documents.get(key);
      if (stored === undefined || positionIn(stored) < write.position) newer.push({ key, write, stored });
    }
    return newer;
  }

  /** Writes a document and those of its index entries that change. */
  #put(collection: Collection<object>, indexes: readonly Index[], { key, write, stored }: NewerWrite): void {
    const { id, document } = write;
    const before = stored === undefined ? [] : entriesOf(collection, indexes, id, decodeDocument(stored).document);
    const after = entriesOf(collection, indexes, id, document);
    for (const [place, entry] of before.entries()) {
      if (after[place]?.equals(entry) !== true) this.tables.entries.remove(entry);
    }
    for (const [place, entry] of after.entries()) {
      if (before[place]?.equals(entry) !== true) this.tables.entries.put(entry);
    }
    this.tables.documents.putSealed(key, encodeDocument(write));
  }
}
