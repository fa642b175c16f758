import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { DocumentsLostError, ReadModelUnavailableError } from '../port/read-model.errors.js';
import type { Collection } from '../port/read-model.js';
import { isDamage } from './damage.js';
import { DocumentTables } from './document-tables.js';
import { faultInBackground } from './file-check/background-check.js';
import { type FileRules, fileFault, tableEntries } from './file-check/check-file.js';
import { RECORDS, TABLE_NAMES } from './lmdb-tables.js';
import { DATA_FILE, makeWritable } from './open-lmdb.js';
import { checkedText, closedError, damagedText, lostText, NEEDS_WRITING, unopenableText } from './read-model-errors.js';
import { setAside } from './set-aside.js';

/** How the files of a read model are opened. */
export interface FilesOptions {
  /** Open for reading only; default: when the folder cannot be written. */
  readonly readOnly?: boolean;
  readonly log?: Pick<Log, 'warn' | 'error'> | undefined;
  /**
   * Whether a record outlives the documents: it is carried over when damaged files are replaced. Default: none.
   *
   * @param name of the record
   */
  readonly isLastingRecord?: (name: string) => boolean;
  /**
   * Files of at least so many bytes are checked after they have been opened, in a thread of its own; until then nothing
   * can be read or written. Default: every file is checked first.
   */
  readonly backgroundFromBytes?: number;
}

type Records = ReadonlyMap<string, VersionedRecord<object>>;

/**
 * The files of a read model. They are derived from the event log, so damaged ones are set aside and replaced by empty
 * ones: when they are opened, and when damage is found later. The collections that were in them are gone then, and a
 * reader gets an error instead of an answer without documents.
 */
export class ReadModelFiles {
  readonly #readOnly: boolean;
  /** undefined: the file is being checked. */
  #tables: DocumentTables | undefined;
  /** Why nothing can be read or written; undefined: it can. */
  #fault: ReadModelUnavailableError | undefined;
  #replacing: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();
  readonly #used = new Set<string>();
  readonly #gone = new Set<string>();

  /** @throws Error they cannot be opened; the message says why and what to do */
  constructor(
    private readonly folder: string,
    private readonly options: FilesOptions,
  ) {
    this.#readOnly = options.readOnly ?? !makeWritable(folder);
    const path = join(folder, DATA_FILE);
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const { backgroundFromBytes = Number.POSITIVE_INFINITY } = options;
    if (bytes >= backgroundFromBytes) {
      this.#fault = new ReadModelUnavailableError(checkedText(folder));
      this.#replacing = this.#check(path);
      return;
    }
    const fault = fileFault(path, this.#rules);
    if (fault !== undefined && this.#readOnly) throw new Error(`${DATA_FILE} is damaged: ${fault}. ${NEEDS_WRITING}`);
    if (this.#readOnly && bytes === 0) {
      throw new Error('it is empty and cannot be written: give the server write permission on it');
    }
    this.#tables = fault === undefined ? this.#open() : this.#openInPlaceOf(fault);
  }

  /** Resolves when they have been checked, or replaced. */
  get opened(): Promise<void> {
    return this.#replacing;
  }

  /** The tables. @throws ReadModelUnavailableError they are being checked, or replaced */
  get tables(): DocumentTables {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#tables === undefined) throw closedError(this.folder);
    return this.#tables;
  }

  /** The tables, to read documents from. @throws ReadModelUnavailableError also when the collection was lost */
  toRead({ name }: Collection<object>): DocumentTables {
    if (this.#gone.has(name)) throw new ReadModelUnavailableError(lostText(name));
    this.#used.add(name);
    return this.tables;
  }

  /** The tables, to write documents to. @throws ReadModelUnavailableError; DocumentsLostError the collection was lost */
  toWrite({ name }: Collection<object>): DocumentTables {
    if (this.#gone.has(name)) throw new DocumentsLostError(name);
    this.#used.add(name);
    return this.tables;
  }

  /** Whether documents can be read and written, and if not, why. */
  health(): StoreHealth {
    const detail = this.#fault?.message ?? closedError(this.folder).message;
    if (this.#tables === undefined) return { readable: false, writable: false, detail };
    if (this.#fault === undefined || this.#closing.signal.aborted) return this.#tables.health();
    return { readable: false, writable: false, detail };
  }

  /** Waits for writes and copies under way, and closes the files. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#replacing;
    await this.#tables?.close();
  }

  get #rules(): FileRules {
    return { readOnly: this.#readOnly, tables: TABLE_NAMES };
  }

  /** Checks the file in the background, and then opens it. */
  async #check(path: string): Promise<void> {
    const { folder, options } = this;
    try {
      const fault = await faultInBackground(path, this.#rules, this.#closing.signal);
      if (fault !== undefined && this.#readOnly) throw new Error(`${DATA_FILE} is damaged: ${fault}. ${NEEDS_WRITING}`);
      this.#tables = fault === undefined ? this.#open() : this.#openInPlaceOf(fault);
      this.#fault = undefined;
    } catch (cause) {
      if (this.#closing.signal.aborted) return;
      this.#fault = new ReadModelUnavailableError(unopenableText(folder, cause), { cause });
      options.log?.error({ folder, err: cause }, this.#fault.message);
    }
  }

  #open(records: Records = new Map()): DocumentTables {
    const damaged = (error: unknown) => this.#damaged(messageOf(error));
    try {
      return new DocumentTables(this.folder, DATA_FILE, { readOnly: this.#readOnly, records, damaged });
    } catch (error) {
      if (this.#readOnly || !isDamage(error)) throw error;
      return this.#openInPlaceOf(messageOf(error));
    }
  }

  /** Sets the files aside and opens empty ones in their place. */
  #openInPlaceOf(fault: string): DocumentTables {
    const { folder } = this;
    const path = setAside(folder);
    makeWritable(folder);
    const records = this.#lastingRecords(join(path, DATA_FILE));
    const fields = { folder, fault, setAside: path, records: records?.size ?? 'lost' };
    this.options.log?.warn(
      fields,
      'the files of the documents were damaged: they are set aside, and the documents are built again from the events',
    );
    return this.#open(records);
  }

  /** The records that outlive the documents; undefined: they cannot be read. */
  #lastingRecords(path: string): Records | undefined {
    const { isLastingRecord = () => false } = this.options;
    const entries = tableEntries(path, this.#rules, RECORDS);
    if (entries === undefined) return undefined;
    const lasting = Array.from(entries).filter(([name]) => isLastingRecord(name));
    return new Map(lasting.map(([name, json]) => [name, JSON.parse(json.toString())]));
  }

  #damaged(fault: string): void {
    if (this.#fault !== undefined || this.#closing.signal.aborted) return;
    const { folder, options } = this;
    const text = damagedText(folder, fault, this.#readOnly);
    options.log?.error({ folder, fault }, text);
    if (this.#readOnly) return;
    this.#fault = new ReadModelUnavailableError(text);
    this.#replacing = this.#replace(fault);
  }

  async #replace(fault: string): Promise<void> {
    try {
      await this.#tables?.close();
      for (const name of this.#used) this.#gone.add(name);
      this.#tables = this.#openInPlaceOf(fault);
      this.#fault = undefined;
    } catch (cause) {
      const text = `the read model in ${this.folder} is damaged and cannot be replaced: check the disk, and restart (${messageOf(cause)})`;
      this.options.log?.error({ folder: this.folder, err: cause }, text);
      this.#fault = new ReadModelUnavailableError(text, { cause });
    }
  }
}
