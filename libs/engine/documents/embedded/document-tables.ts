import { join } from 'node:path';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import { FileReserve } from '#libs/engine/runtime/file-reserve.js';
import { commitReason } from '#libs/engine/runtime/lmdb-commit.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { DocumentsLostError } from '../port/read-model.errors.js';
import { isDamage } from './damage.js';
import { type LmdbTables, openLmdbTables } from './lmdb-tables.js';
import { closedError, unavailableError } from './read-model-errors.js';
import { TableReader } from './table-reader.js';
import { TableWriter } from './table-writer.js';

const NOT_WRITABLE = 'the folder cannot be written: give the server write permission on it and restart';

/** How the tables are opened. */
export interface TablesOptions {
  readonly readOnly: boolean;
  /** Records of the file in whose place this one is. */
  readonly records: ReadonlyMap<string, VersionedRecord<object>>;
  /** Called when a read or write shows that the file is damaged. */
  readonly damaged: (error: unknown) => void;
}

/** The LMDB file of a read model: its reader, its writes one after the other, its health, and its end. */
export class DocumentTables {
  readonly reader: TableReader;
  readonly #tables: LmdbTables;
  readonly #reserve: FileReserve;
  readonly #writer: TableWriter;
  #writing: Promise<unknown> = Promise.resolve();
  #copying: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;
  /** Why the last write failed; undefined: it succeeded. */
  #writeFault: string | undefined;

  /** @param file the name of LMDB's file in the folder */
  constructor(
    private readonly folder: string,
    file: string,
    private readonly options: TablesOptions,
  ) {
    const { readOnly, records, damaged } = options;
    this.#tables = openLmdbTables(folder, readOnly);
    this.#reserve = new FileReserve(join(folder, file));
    this.reader = new TableReader(this.#tables, folder, damaged);
    this.#writer = new TableWriter(this.#tables, this.reader, this.#reserve);
    if (readOnly) this.#writeFault = NOT_WRITABLE;
    this.#carryOver(records);
  }

  /**
   * Runs one write after the other: disk space is reserved while LMDB is not writing, and what a write has read is
   * still true when it commits.
   *
   * @throws ReadModelUnavailableError the disk refuses, or the store is closed or read-only
   * @throws DocumentsLostError, RangeError as `work` throws them
   */
  async write<R>(work: (writer: TableWriter) => Promise<R>): Promise<R> {
    if (this.#closed !== undefined) throw closedError(this.folder);
    if (this.options.readOnly) throw unavailableError(this.folder, 'written', NOT_WRITABLE);
    const written = this.#writing.then(() => work(this.#writer));
    this.#writing = written.catch(() => undefined);
    try {
      const result = await written;
      this.#writeFault = undefined;
      return result;
    } catch (error) {
      if (error instanceof DocumentsLostError || error instanceof RangeError) throw error;
      if (isDamage(error)) this.options.damaged(error);
      this.#writeFault = `${messageOf(await commitReason(error))}; check that its disk is healthy and has room, it is tried again`;
      throw unavailableError(this.folder, 'written', this.#writeFault, error);
    }
  }

  /** Whether documents can be read and written, and if not, why. */
  health(): StoreHealth {
    if (this.#closed !== undefined) {
      return { readable: false, writable: false, detail: closedError(this.folder).message };
    }
    if (this.#writeFault === undefined) return { readable: true, writable: true };
    const detail = unavailableError(this.folder, 'written', this.#writeFault).message;
    return { readable: true, writable: false, detail };
  }

  /** Copies the state of the last commit into an empty folder. Reads and writes continue meanwhile. */
  async copyTo(folder: string): Promise<void> {
    if (this.#closed !== undefined) throw closedError(this.folder);
    // A compact copy has only newly written pages. A plain one may contain an older state whose pages were reused.
    const copied = this.#tables.root.backup(folder, true);
    this.#copying = Promise.allSettled([this.#copying, copied]);
    await copied;
  }

  /** Waits for writes and copies under way, which may still read, and closes the file. */
  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  /** Writes the records. They can be read at once; if they cannot be written they are kept in memory. */
  #carryOver(records: TablesOptions['records']): void {
    if (records.size === 0) return;
    this.reader.carriedOver = records;
    this.write((writer) => writer.putRecords(records)).catch(() => undefined); // health reports it
  }

  async #finish(): Promise<void> {
    this.reader.beginClosing();
    await this.#writing;
    await this.#copying;
    await this.#reserve.close();
    this.reader.end();
    const { root } = this.#tables;
    if (!this.options.readOnly) await root.flushed;
    await root.close();
  }
}
