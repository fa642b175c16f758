import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
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
import { findIn } from './find.js';
import { unopenableText } from './read-model-errors.js';
import { type FilesOptions, ReadModelFiles } from './read-model-files.js';
import { keyed } from './table-writer.js';

/** Documents that a scan reads at once: the event loop is free between two pages, and LMDB's old pages are not held for long. */
const SCAN_PAGE_DOCUMENTS = 1_000;

/**
 * Opens the read model in a folder, which is created if it is missing. A folder that cannot be written is opened for
 * reading only. Damaged files are set aside, and the read model is empty: see {@link ReadModelFiles}.
 *
 * @param folder holds nothing but this store
 * @throws ReadModelUnavailableError it cannot be opened; the message says why and what to do
 */
export function openEmbeddedReadModel(folder: string, options: FilesOptions = {}): EmbeddedReadModel {
  try {
    return new EmbeddedReadModel(new ReadModelFiles(folder, options));
  } catch (cause) {
    throw new ReadModelUnavailableError(unopenableText(folder, cause), { cause });
  }
}

/**
 * The read model in one LMDB file. A batch is one LMDB transaction, so documents, index entries and checkpoint change
 * together. A commit is visible at once and synced right after (LMDB's overlapping sync): a killed process loses
 * nothing. After a power failure LMDB returns to the last synced transaction, an earlier consistent state, and the
 * events after its checkpoint are projected again.
 */
export class EmbeddedReadModel implements ReadModel {
  constructor(private readonly files: ReadModelFiles) {}

  async get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined> {
    return this.files.toRead(collection).reader.stored<D>(collection, id)?.document;
  }

  async getMany<D extends object>(
    collection: Collection<D>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Versioned<D>>> {
    const found = new Map<string, Versioned<D>>();
    const { reader } = this.files.toRead(collection);
    for (const id of ids) {
      const stored = reader.stored<D>(collection, id);
      if (stored !== undefined) found.set(id, stored);
    }
    return found;
  }

  async find<D extends object>(collection: Collection<D>, find: Find): Promise<Found<D>> {
    return findIn(this.files.toRead(collection).reader, collection, find);
  }

  async *scan<D extends object>(collection: Collection<D>): AsyncIterable<Scanned<D>> {
    for (let after = ''; ; ) {
      const page = this.files.toRead(collection).reader.page<D>(collection, after, SCAN_PAGE_DOCUMENTS);
      yield* page;
      if (page.length < SCAN_PAGE_DOCUMENTS) return;
      after = page.at(-1)?.id ?? '';
    }
  }

  opened(): Promise<void> {
    return this.files.opened;
  }

  async prepare(collection: Collection<object>): Promise<void> {
    const tables = this.files.toWrite(collection);
    if (!tables.reader.isPrepared(collection)) await tables.write((writer) => writer.prepare(collection));
  }

  async drop(collection: Collection<object>): Promise<void> {
    await this.files.tables.write((writer) => writer.drop(collection));
  }

  async apply<D extends object>(batch: Batch<D>): Promise<void> {
    const writes = keyed(batch.collection, batch.writes);
    await this.files.toWrite(batch.collection).write((writer) => writer.apply(batch, writes));
  }

  async checkpoint(collection: Collection<object>): Promise<bigint> {
    return this.files.tables.reader.checkpoint(collection)?.position ?? NOTHING_PROJECTED;
  }

  async lastEvent(collection: Collection<object>): Promise<EventMark | undefined> {
    return this.files.tables.reader.checkpoint(collection)?.lastEvent;
  }

  async viewTime(collection: Collection<object>): Promise<number | undefined> {
    return this.files.tables.reader.checkpoint(collection)?.recordedAt;
  }

  async record<T extends object>(name: string): Promise<VersionedRecord<T> | undefined> {
    return this.files.tables.reader.record<T>(name);
  }

  async putRecord<T extends object>(name: string, value: T, expected: number | undefined): Promise<number | undefined> {
    return this.files.tables.write((writer) => writer.putRecord(name, value, expected));
  }

  /**
   * Copies the documents, as the last commit has left them, into an empty folder. Reads and writes go on meanwhile.
   *
   * @throws ReadModelUnavailableError closed
   * @throws Error the file cannot be written
   */
  async copyTo(folder: string): Promise<void> {
    return this.files.tables.copyTo(folder);
  }

  async health(): Promise<StoreHealth> {
    return this.files.health();
  }

  close(): Promise<void> {
    return this.files.close();
  }
}
