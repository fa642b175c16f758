import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import { lmdbFileFault } from '#libs/engine/runtime/lmdb-file.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import {
  type Batch,
  type Collection,
  type Find,
  type Found,
  NOTHING_PROJECTED,
  type ReadModel,
  type Scanned,
  type Versioned,
} from '../port/read-model.js';
import { DocumentTables } from './document-tables.js';
import { findIn } from './find.js';
import { REBUILD } from './read-model-errors.js';
import { keyed } from './table-writer.js';

/** The name of LMDB's file inside the folder. */
export const DATA_FILE = 'data.mdb';

/** Documents that a scan reads at once: the event loop is free between two pages, and LMDB's old pages are not held for long. */
const SCAN_PAGE_DOCUMENTS = 1_000;

export interface EmbeddedReadModelOptions {
  /** Open for reading only; default: when the folder cannot be written. */
  readonly readOnly?: boolean;
}

/**
 * Opens the read model in a folder, which is created if it is missing. A folder that cannot be written is opened for
 * reading only.
 *
 * @param folder holds nothing but this store
 * @throws ReadModelUnavailableError it cannot be opened; the message says why and what to do
 */
export function openEmbeddedReadModel(folder: string, options: EmbeddedReadModelOptions = {}): EmbeddedReadModel {
  try {
    const readOnly = options.readOnly ?? !makeWritable(folder);
    const path = join(folder, DATA_FILE);
    const fault = lmdbFileFault(path);
    if (fault !== undefined) throw new Error(`${DATA_FILE} is damaged: ${fault}. ${REBUILD}`);
    if (readOnly && !statSync(path, { throwIfNoEntry: false })?.size) {
      throw new Error('it is empty and cannot be written: give the server write permission on it');
    }
    return new EmbeddedReadModel(new DocumentTables(folder, DATA_FILE, readOnly));
  } catch (cause) {
    throw new ReadModelUnavailableError(`the read model in ${folder} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

function makeWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    if (existsSync(join(folder, DATA_FILE))) accessSync(join(folder, DATA_FILE), constants.W_OK);
    return true;
  } catch (error) {
    if (existsSync(folder)) return false;
    throw error;
  }
}

/**
 * The read model in one LMDB file. A batch is one LMDB transaction, so documents, index entries and checkpoint change
 * together. A commit is visible at once and synced right after (LMDB's overlapping sync): a killed process loses
 * nothing. After a power failure LMDB returns to the last synced transaction, an earlier consistent state, and the
 * events after its checkpoint are projected again.
 */
export class EmbeddedReadModel implements ReadModel {
  constructor(private readonly tables: DocumentTables) {}

  async get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined> {
    return this.tables.reader.stored<D>(collection, id)?.document;
  }

  async getMany<D extends object>(
    collection: Collection<D>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Versioned<D>>> {
    const found = new Map<string, Versioned<D>>();
    for (const id of ids) {
      const stored = this.tables.reader.stored<D>(collection, id);
      if (stored !== undefined) found.set(id, stored);
    }
    return found;
  }

  find<D extends object>(collection: Collection<D>, find: Find): Promise<Found<D>> {
    return findIn(this.tables.reader, collection, find);
  }

  async *scan<D extends object>(collection: Collection<D>): AsyncIterable<Scanned<D>> {
    for (let after = ''; ; ) {
      const page = this.tables.reader.page<D>(collection, after, SCAN_PAGE_DOCUMENTS);
      yield* page;
      if (page.length < SCAN_PAGE_DOCUMENTS) return;
      after = page.at(-1)?.id ?? '';
    }
  }

  async prepare(collection: Collection<object>): Promise<void> {
    if (!this.tables.reader.isPrepared(collection)) await this.tables.write((writer) => writer.prepare(collection));
  }

  async drop(collection: Collection<object>): Promise<void> {
    await this.tables.write((writer) => writer.drop(collection));
  }

  async apply<D extends object>(batch: Batch<D>): Promise<void> {
    const writes = keyed(batch.collection, batch.writes);
    await this.tables.write((writer) => writer.apply(batch, writes));
  }

  async checkpoint(collection: Collection<object>): Promise<bigint> {
    return this.tables.reader.checkpoint(collection)?.[0] ?? NOTHING_PROJECTED;
  }

  async lastEvent(collection: Collection<object>): Promise<EventMark | undefined> {
    return this.tables.reader.checkpoint(collection)?.[2];
  }

  async viewTime(collection: Collection<object>): Promise<number | undefined> {
    return this.tables.reader.checkpoint(collection)?.[1];
  }

  async record<T extends object>(name: string): Promise<VersionedRecord<T> | undefined> {
    return this.tables.reader.record<T>(name);
  }

  async putRecord<T extends object>(name: string, value: T, expected: number | undefined): Promise<number | undefined> {
    return this.tables.write((writer) => writer.putRecord(name, value, expected));
  }

  /**
   * Copies the documents, as the last commit has left them, into an empty folder. Reads and writes go on meanwhile.
   *
   * @throws ReadModelUnavailableError closed
   * @throws Error the file cannot be written
   */
  copyTo(folder: string): Promise<void> {
    return this.tables.copyTo(folder);
  }

  async health(): Promise<StoreHealth> {
    return this.tables.health();
  }

  close(): Promise<void> {
    return this.tables.close();
  }
}
