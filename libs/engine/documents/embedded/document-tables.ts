import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { LRUCache } from 'lru-cache';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import { FileReserve, type LmdbStats, lmdbBytesAfter } from '#libs/engine/runtime/file-reserve.js';
import { commitReason } from '#libs/engine/runtime/lmdb-commit.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { DocumentsLostError, ReadModelUnavailableError } from '../port/read-model.errors.js';
import {
  type Batch,
  type Collection,
  type EventMark,
  type Index,
  NOTHING_PROJECTED,
  type Scanned,
  type StoredRecord,
  type Versioned,
  type Write,
} from '../port/read-model.js';
import { idIn, type KeyRange, keyOf, keyToWrite, rangeOf, SEPARATOR } from './document-keys.js';
import { entriesOf } from './index-entries.js';
import { decodeDocument, encodeDocument, positionIn } from './stored-document.js';

export const REBUILD =
  'Delete the folder while Appledger is stopped: it is built again from the events at the next start.';

/** Removed or indexed in one transaction: more would keep readers of other collections waiting for the event loop. */
const PAGE_DOCUMENTS = 1_000;

/** Documents that are kept as objects, ready to be answered; a few hundred bytes each. */
export const MAX_CACHED_DOCUMENTS = 10_000;

/** LMDB counts the entries that it skips in 32 bits, and takes a larger number modulo 2^32. No file holds so many. */
const MAX_SKIPPED_ENTRIES = 2 ** 32 - 1;

/** An entry is its key. */
const NOTHING = Buffer.alloc(0);

/** A write with the key that it goes under. */
interface KeyedWrite {
  readonly key: Buffer;
  readonly write: Write<object>;
}

/** A write that is to be made, with what is stored under its key so far. */
interface NewerWrite extends KeyedWrite {
  readonly stored: Buffer | undefined;
}

/** How far documents have come, when the newest event that they hold was recorded, the newest event up to there, and its log. */
type StoredCheckpoint = readonly [position: bigint, recordedAt?: number, lastEvent?: EventMark, log?: string];

/** The LMDB file of a read model, table by table, and everything that can go wrong with it. */
export class DocumentTables {
  private readonly root: RootDatabase;
  private readonly documents: Database<Buffer, Buffer>;
  private readonly entries: Database<Buffer, Buffer>;
  private readonly checkpoints: Database<StoredCheckpoint, string>;
  private readonly indexes: Database<readonly Index[], string>;
  private readonly records: Database<StoredRecord<object>, string>;
  private readonly reserve: FileReserve;
  private readonly cached = new LRUCache<string, Versioned<object>>({ max: MAX_CACHED_DOCUMENTS });
  private writing: Promise<unknown> = Promise.resolve();
  private copying: Promise<unknown> = Promise.resolve();
  private closed: Promise<void> | undefined;
  private ended = false;
  private writeFault: string | undefined;

  constructor(
    private readonly folder: string,
    file: string,
    private readonly readOnly: boolean,
  ) {
    this.reserve = new FileReserve(join(folder, file));
    // Batching by event turn is off because it leaves a promise behind that nobody can catch when a commit fails.
    this.root = open({ path: folder, noSubdir: false, readOnly, eventTurnBatching: false });
    this.documents = this.root.openDB('documents', { keyEncoding: 'binary', encoding: 'binary' });
    this.entries = this.root.openDB('entries', { keyEncoding: 'binary', encoding: 'binary' });
    this.checkpoints = this.root.openDB('checkpoints', {});
    this.indexes = this.root.openDB('indexes', { encoding: 'json' });
    this.records = this.root.openDB('records', { encoding: 'json' });
    if (readOnly) this.writeFault = 'the folder cannot be written: give the server write permission on it and restart';
  }

  /**
   * What is stored under the id.
   *
   * @param inPassing one of very many that are looked at: it is not to push another document out of memory
   */
  stored<D extends object>(collection: Collection<D>, id: string, inPassing = false): Versioned<D> | undefined {
    const name = nameOf(collection, id);
    const known = this.cached.get(name) as Versioned<D> | undefined;
    if (known !== undefined && !this.ended) return known;
    const key = keyOf(collection, id);
    const isKept = !inPassing || this.cached.size < MAX_CACHED_DOCUMENTS;
    return key === undefined ? undefined : this.read<D>(name, key, isKept);
  }

  /** The documents of the collection whose ids come after one, ascending; at most so many. */
  page<D extends object>(collection: Collection<D>, after: string, limit: number): readonly Scanned<D>[] {
    return this.reading(() => {
      const { start, end } = rangeOf(collection.name);
      const from = keyOf(collection, after) ?? start;
      const range = this.documents.getRange({ start: from, exclusiveStart: true, end, limit });
      return Array.from(range, ({ key, value }) => ({ id: idIn(key), ...decodeDocument<D>(value) }));
    });
  }

  /** The keys of a stretch of index entries, in order; at most so many. */
  entriesIn({ start, end }: KeyRange, backwards: boolean, limit: number, skip = 0): readonly Buffer[] {
    if (skip > MAX_SKIPPED_ENTRIES) return [];
    return this.reading(() => {
      const bounds = backwards ? { start: end, exclusiveStart: true, end: start, reverse: true } : { start, end };
      return Array.from(this.entries.getKeys({ ...bounds, offset: skip, limit }));
    });
  }

  /** How many index entries a stretch has. */
  countEntriesIn(range: KeyRange): number {
    return this.reading(() => this.entries.getKeysCount(range));
  }

  /** The indexes that the collection's documents have entries in. */
  indexesOf(collection: Collection<object>): readonly Index[] {
    return this.reading(() => this.indexes.get(collection.name) ?? []);
  }

  /** How far the collection's documents have come; undefined before the first checkpoint. */
  checkpoint(collection: Collection<object>): StoredCheckpoint | undefined {
    return this.reading(() => this.checkpoints.get(collection.name));
  }

  record<T extends object>(name: string): StoredRecord<T> | undefined {
    return this.reading(() => this.records.get(name) as StoredRecord<T> | undefined);
  }

  /** The writes with their keys. @throws RangeError no document can have one of the ids */
  keyed(collection: Collection<object>, writes: readonly Write<object>[]): readonly KeyedWrite[] {
    return writes.map((write) => ({ key: keyToWrite(collection, write.id), write }));
  }

  /**
   * Runs one write after the other, because room is made on the disk while LMDB is not writing, and so that what a
   * write has read still stands when it is committed.
   *
   * @throws ReadModelUnavailableError the disk refuses, or the store is closed or read-only
   */
  async write<R>(work: () => Promise<R>): Promise<R> {
    if (this.closed !== undefined) throw new ReadModelUnavailableError(this.closedMessage());
    if (this.readOnly) throw this.unavailable('written', this.writeFault);
    const written = this.writing.then(work);
    this.writing = written.catch(() => undefined);
    try {
      const result = await written;
      this.writeFault = undefined;
      return result;
    } catch (error) {
      if (error instanceof DocumentsLostError || error instanceof RangeError) throw error;
      this.writeFault = `${messageOf(await commitReason(error))}; check that its disk is healthy and has room, it is tried again`;
      throw this.unavailable('written', this.writeFault, error);
    }
  }

  /** Inside of {@link write}. */
  async apply(batch: Batch<object>, writes: readonly KeyedWrite[]): Promise<void> {
    const { collection, after, checkpoint } = batch;
    const [stored, seenAt, seen, knownLog] = this.checkpoints.get(collection.name) ?? [NOTHING_PROJECTED];
    const { recordedAt = seenAt, lastEvent = seen, log = knownLog } = batch;
    if (stored < after || (knownLog !== undefined && log !== knownLog)) throw new DocumentsLostError(collection.name);
    if (writes.length > 0 && this.indexes.get(collection.name) === undefined) await this.prepare(collection);
    const indexes = this.indexesOf(collection);
    const newer = this.newerOf(writes);
    if (newer.length === 0 && checkpoint <= stored) return;
    await this.commit(1 + newer.length * (1 + indexes.length), () => {
      for (const write of newer) this.put(collection, indexes, write);
      if (checkpoint > stored) void this.checkpoints.put(collection.name, [checkpoint, recordedAt, lastEvent, log]);
    });
    for (const { write } of newer) {
      const name = nameOf(collection, write.id);
      if (this.cached.has(name)) this.cached.set(name, { position: write.position, document: write.document });
    }
  }

  /** Whether the collection is there, and has its indexes. */
  isPrepared(collection: Collection<object>): boolean {
    const isThere = this.reading(() => this.indexes.get(collection.name) !== undefined);
    return isThere && this.missingIndexes(collection).length === 0;
  }

  private missingIndexes({ name, indexes = [] }: Collection<object>): readonly Index[] {
    const known = new Set(this.indexesOf({ name }).map((index) => index.join()));
    return indexes.filter((index) => !known.has(index.join()));
  }

  /** Inside of {@link write}. */
  async prepare(collection: Collection<object>): Promise<void> {
    if (this.isPrepared(collection)) return;
    const indexes = [...this.indexesOf(collection), ...this.missingIndexes(collection)];
    for (let after = ''; ; ) {
      const page = this.page(collection, after, PAGE_DOCUMENTS);
      if (page.length === 0) break;
      await this.commit(page.length * indexes.length, () => {
        for (const { id, document } of page) {
          for (const entry of entriesOf(collection, indexes, id, document)) void this.entries.put(entry, NOTHING);
        }
      });
      if (page.length < PAGE_DOCUMENTS) break;
      after = page.at(-1)?.id ?? '';
    }
    await this.commit(1, () => void this.indexes.put(collection.name, indexes));
  }

  /** Inside of {@link write}. */
  async drop(collection: Collection<object>): Promise<void> {
    // The checkpoint first: documents without one are built again, never taken for complete.
    await this.commit(1, () => void this.checkpoints.remove(collection.name));
    for (const table of [this.entries, this.documents]) {
      for (let removed = PAGE_DOCUMENTS; removed === PAGE_DOCUMENTS; ) {
        const keys = Array.from(table.getKeys({ ...rangeOf(collection.name), limit: PAGE_DOCUMENTS }));
        removed = keys.length;
        if (removed === 0) break;
        await this.commit(removed, () => {
          for (const key of keys) void table.remove(key);
        });
      }
    }
    await this.commit(1, () => void this.indexes.remove(collection.name));
    this.cached.clear();
  }

  /** Inside of {@link write}. */
  async putRecord(name: string, value: object, expected: number | undefined): Promise<number | undefined> {
    if (this.records.get(name)?.version !== expected) return undefined;
    const version = (expected ?? 0) + 1;
    await this.commit(1, () => void this.records.put(name, { value, version }));
    return version;
  }

  /** Whether documents can be read and written, and if not, why. */
  health(): StoreHealth {
    if (this.closed !== undefined) return { readable: false, writable: false, detail: this.closedMessage() };
    if (this.writeFault === undefined) return { readable: true, writable: true };
    return { readable: true, writable: false, detail: this.unavailable('written', this.writeFault).message };
  }

  /** Copies what the last commit has left into a file in a folder that has none. Reads and writes go on meanwhile. */
  async copyTo(folder: string): Promise<void> {
    if (this.closed !== undefined) throw new ReadModelUnavailableError(this.closedMessage());
    // A compact copy has newly written pages alone. A plain one may hold an older state whose pages were used again.
    const copied = this.root.backup(folder, true);
    this.copying = Promise.allSettled([this.copying, copied]);
    await copied;
  }

  close(): Promise<void> {
    this.closed ??= this.finish();
    return this.closed;
  }

  private async finish(): Promise<void> {
    await this.writing;
    await this.copying;
    await this.reserve.close();
    this.ended = true;
    if (!this.readOnly) await this.root.flushed;
    await this.root.close();
  }

  private async commit(entries: number, work: () => void): Promise<void> {
    await this.reserve.ensure(lmdbBytesAfter(this.root.getStats() as LmdbStats, entries));
    await this.root.batch(work);
  }

  /** The writes that are newer than what is stored, with what is stored. */
  private newerOf(writes: readonly KeyedWrite[]): readonly NewerWrite[] {
    const newer: NewerWrite[] = [];
    for (const { key, write } of writes) {
      const stored = this.documents.get(key);
      if (stored === undefined || positionIn(stored) < write.position) newer.push({ key, write, stored });
    }
    return newer;
  }

  /** Entries that stay are not touched. */
  private put(collection: Collection<object>, indexes: readonly Index[], { key, write, stored }: NewerWrite): void {
    const { id, document } = write;
    const before = stored === undefined ? [] : entriesOf(collection, indexes, id, decodeDocument(stored).document);
    const after = entriesOf(collection, indexes, id, document);
    for (const [place, entry] of before.entries()) {
      if (after[place]?.equals(entry) !== true) void this.entries.remove(entry);
    }
    for (const [place, entry] of after.entries()) {
      if (before[place]?.equals(entry) !== true) void this.entries.put(entry, NOTHING);
    }
    void this.documents.put(key, encodeDocument(write));
  }

  private read<D extends object>(name: string, key: Buffer, isKept: boolean): Versioned<D> | undefined {
    return this.reading(() => {
      const stored = this.documents.get(key);
      if (stored === undefined) return undefined;
      const document = decodeDocument<D>(stored);
      if (isKept) this.cached.set(name, document);
      return document;
    });
  }

  /** What is being written when the store is closed may still read. */
  private reading<R>(read: () => R): R {
    if (this.ended) throw new ReadModelUnavailableError(this.closedMessage());
    try {
      return read();
    } catch (cause) {
      throw this.unavailable('read', `${messageOf(cause)}. ${REBUILD}`, cause);
    }
  }

  private closedMessage(): string {
    return `the read model in ${this.folder} has been closed: open it again`;
  }

  private unavailable(what: string, why: string | undefined, cause?: unknown): ReadModelUnavailableError {
    return new ReadModelUnavailableError(`the read model in ${this.folder} cannot be ${what}: ${why}`, { cause });
  }
}

/** What a document is kept in memory under. */
function nameOf(collection: Collection<object>, id: string): string {
  return collection.name + SEPARATOR + id;
}
