import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { FileReserve, type LmdbStats, lmdbBytesAfter } from '#libs/engine/runtime/file-reserve.js';
import { commitReason } from '#libs/engine/runtime/lmdb-commit.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import { isDamage } from './damage.js';
import { fileFault } from './file-check/check-file.js';
import { DATA_FILE, makeWritable, openLmdb } from './open-lmdb.js';
import { openSealedTable, type SealedTable } from './sealed-table.js';
import { setAside } from './set-aside.js';

/** What a file holds. */
export interface SealedFileOptions<Name extends string> {
  readonly readOnly: boolean;
  readonly log: Log;
  /** The names of its tables. */
  readonly tables: readonly Name[];
  /** What errors and log lines call its content, in the plural, such as `times`. */
  readonly what: string;
}

/** The tables of a file, by their names. */
export type SealedTables<Name extends string> = Readonly<Record<Name, SealedTable>>;

/**
 * Opens the LMDB file in a folder, which is created if it is missing. A damaged file is moved aside, and an empty one
 * takes its place: only for content on which no document and no event depends. A folder that cannot be written, or
 * does not exist and cannot be made, is read.
 *
 * @param folder holds nothing but this file
 * @throws ReadModelUnavailableError it cannot be opened; the message says why
 */
export function openSealedFile<Name extends string>(
  folder: string,
  { readOnly, log, tables, what }: SealedFileOptions<Name>,
): SealedFile<Name> {
  try {
    const isWritable = !readOnly && isWritableFolder(folder);
    const path = join(folder, DATA_FILE);
    const fault = fileFault(path, { readOnly: !isWritable, tables: new Set(tables) });
    if (fault !== undefined && !isWritable)
      return new SealedFile(folder, { what, opened: undefined, isWritable: false });
    if (fault !== undefined) {
      const aside = setAside(folder);
      makeWritable(folder);
      log.error({ folder, aside, fault }, `the stored ${what} are damaged and were moved aside: they begin again now`);
    }
    const isThere = Boolean(statSync(path, { throwIfNoEntry: false })?.size);
    const opened = isWritable || isThere ? openTables(folder, !isWritable, tables) : undefined;
    return new SealedFile(folder, { what, opened, isWritable });
  } catch (cause) {
    throw new ReadModelUnavailableError(`the ${what} in ${folder} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

interface OpenTables<Name extends string> {
  readonly root: RootDatabase;
  readonly tables: SealedTables<Name>;
}

/** One LMDB file with checksums in its values. A killed process loses nothing of what {@link write} has resolved for. */
export class SealedFile<Name extends string> {
  readonly isWritable: boolean;
  readonly #what: string;
  /** undefined: there is no file that could be read. */
  readonly #opened: OpenTables<Name> | undefined;
  readonly #reserve: FileReserve;
  #working: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(
    private readonly folder: string,
    parts: { readonly what: string; readonly opened: OpenTables<Name> | undefined; readonly isWritable: boolean },
  ) {
    this.#what = parts.what;
    this.#opened = parts.opened;
    this.isWritable = parts.isWritable && parts.opened !== undefined;
    this.#reserve = new FileReserve(join(folder, DATA_FILE));
  }

  /** Whether there is something that can be copied. */
  get isThere(): boolean {
    return this.#opened !== undefined;
  }

  /** Reads; undefined: there is no file. @throws ReadModelUnavailableError it is damaged, or has been closed */
  read<T>(work: (tables: SealedTables<Name>) => T): T | undefined {
    const opened = this.#usable();
    try {
      return opened && work(opened.tables);
    } catch (error) {
      if (!isDamage(error)) throw error;
      throw this.#unavailable('read', `${messageOf(error)}: the next start moves the file aside`, error);
    }
  }

  /**
   * Writes in one transaction, after the writes before it: what a write has read is still true when it commits.
   *
   * @param size the number of entries that it may write, and their bytes, for which room is made on the disk
   * @throws ReadModelUnavailableError nothing was written
   */
  async write(
    { entries, bytes = 0 }: { readonly entries: number; readonly bytes?: number },
    work: (tables: SealedTables<Name>) => void,
  ): Promise<void> {
    const opened = this.#usable();
    if (opened === undefined || !this.isWritable) return;
    const { root, tables } = opened;
    const written = this.#working.then(async () => {
      await this.#reserve.ensure(lmdbBytesAfter(root.getStats() as LmdbStats, entries, bytes));
      await root.batch(() => work(tables));
    });
    this.#working = written.catch(() => undefined);
    try {
      await written;
    } catch (error) {
      const reason = messageOf(await commitReason(error));
      throw this.#unavailable('written', `${reason}; check that its disk is healthy and has room`, error);
    }
  }

  /** Copies the file, as the last commit has left it, into an empty folder. Writes go on meanwhile. */
  async copyTo(folder: string): Promise<void> {
    const opened = this.#usable();
    if (opened === undefined) return;
    const copied = opened.root.backup(folder, true);
    this.#working = Promise.allSettled([this.#working, copied]);
    await copied;
  }

  /** Waits for operations under way and releases every resource. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#working;
    await this.#reserve.close();
    if (this.isWritable) await this.#opened?.root.flushed;
    await this.#opened?.root.close();
  }

  #usable(): OpenTables<Name> | undefined {
    if (this.#closed !== undefined) throw this.#unavailable('used', 'they have been closed');
    return this.#opened;
  }

  #unavailable(what: string, why: string, cause?: unknown): ReadModelUnavailableError {
    return new ReadModelUnavailableError(`the ${this.#what} in ${this.folder} cannot be ${what}: ${why}`, { cause });
  }
}

function openTables<Name extends string>(folder: string, readOnly: boolean, names: readonly Name[]): OpenTables<Name> {
  const root = openLmdb(folder, readOnly);
  const tables = Object.fromEntries(names.map((name) => [name, openSealedTable(root, name)]));
  return { root, tables: tables as SealedTables<Name> };
}

function isWritableFolder(folder: string): boolean {
  try {
    return makeWritable(folder);
  } catch (error) {
    if (existsSync(folder)) throw error;
    return false;
  }
}
