import { LRUCache } from 'lru-cache';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { Collection, Index, Scanned, Versioned, Write } from '../port/read-model.js';
import { isDamage } from './damage.js';
import { idIn, type KeyRange, keyOf, rangeOf, SEPARATOR } from './document-keys.js';
import type { LmdbTables } from './lmdb-tables.js';
import { closedError, unavailableError } from './read-model-errors.js';
import { type Checkpoint, checkpointFrom } from './stored-checkpoint.js';
import { decodeDocument } from './stored-document.js';

/** Parsed documents in memory; each takes a few hundred bytes. */
export const MAX_CACHED_DOCUMENTS = 10_000;

/** LMDB takes a larger offset modulo 2^32. No file holds so many entries. */
const MAX_SKIPPED_ENTRIES = 2 ** 32 - 1;

/** Reads the tables, with a cache of parsed documents. Every method throws ReadModelUnavailableError once it is ended. */
export class TableReader {
  readonly #cache = new LRUCache<string, Versioned<object>>({ max: MAX_CACHED_DOCUMENTS });
  #isClosing = false;
  #isEnded = false;
  /** Records that count when the table has none of their names. */
  carriedOver: ReadonlyMap<string, VersionedRecord<object>> = new Map();

  /** @param damaged called when a read shows that the file is damaged */
  constructor(
    private readonly tables: LmdbTables,
    private readonly folder: string,
    private readonly damaged: (error: unknown) => void,
  ) {}

  /**
   * The document stored under an id, removed ones included; undefined: none was ever stored.
   *
   * @param isScan one of many documents that are looked at once: it does not displace another one from the cache
   */
  stored<D extends object>(collection: Collection<D>, id: string, isScan = false): Versioned<D> | undefined {
    const name = cacheKey(collection, id);
    const cached = this.#cache.get(name) as Versioned<D> | undefined;
    if (cached !== undefined && !this.#isEnded) return cached;
    const key = keyOf(collection, id);
    if (key === undefined) return undefined;
    return this.#read(() => {
      const stored = this.tables.documents.get(key);
      if (stored === undefined) return undefined;
      const document = decodeDocument<D>(stored);
      if (!isScan || this.#cache.size < MAX_CACHED_DOCUMENTS) this.#cache.set(name, document);
      return document;
    });
  }

  /** The documents of the collection with ids after `after`, ascending; at most `limit`. */
  page<D extends object>(collection: Collection<D>, after: string, limit: number): readonly Scanned<D>[] {
    return this.#read(() => {
      const { start, end } = rangeOf(collection.name);
      const from = keyOf(collection, after) ?? start;
      const range = this.tables.documents.range({ start: from, exclusiveStart: true, end, limit });
      return Array.from(range, ({ key, value }) => ({ id: idIn(key), ...decodeDocument<D>(value) }));
    });
  }

  /** The keys of the index entries in a range, in order; at most `limit`, after the first `skip`. */
  entriesIn({ start, end }: KeyRange, backwards: boolean, limit: number, skip = 0): readonly Buffer[] {
    if (skip > MAX_SKIPPED_ENTRIES) return [];
    return this.#read(() => {
      const page = { offset: skip, limit };
      const bounds = backwards ? { start: end, exclusiveStart: true, end: start, reverse: true } : { start, end };
      return this.tables.entries.keys(Object.assign(page, bounds));
    });
  }

  /** The number of index entries in a range. */
  countEntriesIn(range: KeyRange): number {
    return this.#read(() => this.tables.entries.count(range));
  }

  /** The indexes that the collection's documents have entries in; undefined: the collection does not exist. */
  indexesOf({ name }: Collection<object>): readonly Index[] | undefined {
    return this.#read(() => this.tables.indexes.get(name));
  }

  /** The indexes that a collection declares and its documents have no entries in. */
  missingIndexes(collection: Collection<object>): readonly Index[] {
    const present = new Set(this.indexesOf(collection)?.map((index) => index.join()));
    return (collection.indexes ?? []).filter((index) => !present.has(index.join()));
  }

  /** Whether the collection exists and has all of its indexes. */
  isPrepared(collection: Collection<object>): boolean {
    return this.indexesOf(collection) !== undefined && this.missingIndexes(collection).length === 0;
  }

  /** The checkpoint of a collection; undefined before the first one. */
  checkpoint({ name }: Collection<object>): Checkpoint | undefined {
    return this.#read(() => {
      const stored = this.tables.checkpoints.get(name);
      return stored && checkpointFrom(stored);
    });
  }

  /** A record, or undefined when there is none of this name. */
  record<T extends object>(name: string): VersionedRecord<T> | undefined {
    const record = this.#read(() => this.tables.records.get(name)) ?? this.carriedOver.get(name);
    return record as VersionedRecord<T> | undefined;
  }

  /** Replaces a cached document after it has been written. */
  updateCached(collection: Collection<object>, { id, position, document }: Write<object>): void {
    const name = cacheKey(collection, id);
    if (this.#cache.has(name)) this.#cache.set(name, { position, document });
  }

  /** Empties the cache. */
  clearCache(): void {
    this.#cache.clear();
  }

  /** Stops what reads page by page: see {@link assertOpen}. Writes under way may still read. */
  beginClosing(): void {
    this.#isClosing = true;
  }

  /** To be called between two pages. @throws ReadModelUnavailableError the read model is closed, or is about to be */
  assertOpen(): void {
    if (this.#isClosing) throw closedError(this.folder);
  }

  /** Refuses every read from now on: LMDB must not be read once its file is closed. */
  end(): void {
    this.#isEnded = true;
  }

  #read<R>(read: () => R): R {
    if (this.#isEnded) throw closedError(this.folder);
    try {
      return read();
    } catch (cause) {
      if (isDamage(cause)) this.damaged(cause);
      throw unavailableError(this.folder, 'read', messageOf(cause), cause);
    }
  }
}

function cacheKey(collection: Collection<object>, id: string): string {
  return collection.name + SEPARATOR + id;
}
