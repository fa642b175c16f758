import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { open, type RootDatabase } from 'lmdb';
import { FileReserve, type LmdbStats, lmdbBytesAfter } from '#libs/engine/runtime/file-reserve.js';
import { commitReason } from '#libs/engine/runtime/lmdb-commit.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { type LatestTimes, latestByGroup, latestByKey, type NotedTime, timeId } from '../port/latest-times.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import { isDamage } from './damage.js';
import { fileFault } from './file-check/check-file.js';
import { JsonTable, openSealedTable, type SealedTable } from './sealed-table.js';
import { setAside } from './set-aside.js';

/** The name of LMDB's file inside the folder. */
export const TIMES_FILE = 'data.mdb';

/** Times that are stored in one transaction. Encoding more of them would block the event loop for more than a few milliseconds. */
const TIMES_PER_COMMIT = 1_000;

/** Keys that are looked up without a pause for other work. */
const KEYS_PER_TURN = 1_000;

/** The names of the tables of the file. */
const TABLE_NAMES: ReadonlySet<string> = new Set(['keys', 'groups', 'facts']);

const BEGUN = 'begun';
const TIME_BYTES = 8;

export interface EmbeddedLatestTimesOptions {
  readonly readOnly: boolean;
  readonly log: Log;
}

/**
 * Opens the times in a folder, which is created if it is missing. A damaged file is moved aside, and the times begin
 * again: nothing else depends on them. A folder that cannot be written, or does not exist and cannot be made, is read.
 *
 * @param folder holds nothing but this store
 * @throws ReadModelUnavailableError it cannot be opened; the message says why
 */
export function openEmbeddedLatestTimes(
  folder: string,
  { readOnly, log }: EmbeddedLatestTimesOptions,
): EmbeddedLatestTimes {
  try {
    const isWritable = !readOnly && makeWritable(folder);
    const path = join(folder, TIMES_FILE);
    const fault = fileFault(path, { readOnly: !isWritable, tables: TABLE_NAMES });
    if (fault !== undefined && !isWritable) return new EmbeddedLatestTimes(folder, undefined, false);
    if (fault !== undefined) beginAgain(folder, fault, log);
    const isThere = Boolean(statSync(path, { throwIfNoEntry: false })?.size);
    if (!isWritable && !isThere) return new EmbeddedLatestTimes(folder, undefined, false);
    return new EmbeddedLatestTimes(folder, openTables(folder, !isWritable), isWritable);
  } catch (cause) {
    throw new ReadModelUnavailableError(`the times in ${folder} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

/** The times in one LMDB file. A killed process loses nothing of what {@link EmbeddedLatestTimes.note} has stored. */
export class EmbeddedLatestTimes implements LatestTimes {
  readonly #reserve: FileReserve;
  #working: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  /** @param tables undefined: there is no file that could be read */
  constructor(
    private readonly folder: string,
    private readonly tables: Tables | undefined,
    readonly isWritable: boolean,
  ) {
    this.#reserve = new FileReserve(join(folder, TIMES_FILE));
  }

  /** Whether there are times that can be copied. */
  get isThere(): boolean {
    return this.tables !== undefined;
  }

  async note(times: readonly NotedTime[]): Promise<void> {
    for (let from = 0; from < times.length; from += TIMES_PER_COMMIT) {
      const some = times.slice(from, from + TIMES_PER_COMMIT);
      await this.#write(some.length * 2, ({ keys, groups }) => {
        for (const [key, time] of latestByKey(some)) putLater(keys, Buffer.from(key), time);
        for (const [group, time] of latestByGroup(some)) putLater(groups, Buffer.from(group), time);
      });
      await nextTurn();
    }
  }

  async begun(): Promise<number | undefined> {
    return this.#tables()?.facts.get(BEGUN);
  }

  async begin(time: number): Promise<void> {
    await this.#write(1, ({ facts }) => {
      if (facts.get(BEGUN) === undefined) facts.put(BEGUN, time);
    });
  }

  latestOf(group: string, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#latest('keys', keys, (key) => timeId(group, key));
  }

  latestOfGroups(groups: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#latest('groups', groups, (group) => group);
  }

  /** Copies the times, as the last commit has left them, into an empty folder. Writes go on meanwhile. */
  async copyTo(folder: string): Promise<void> {
    const tables = this.#tables();
    if (tables === undefined) return;
    const copied = tables.root.backup(folder, true);
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
    if (this.isWritable) await this.tables?.root.flushed;
    await this.tables?.root.close();
  }

  async #latest(
    table: 'keys' | 'groups',
    names: readonly string[],
    keyOf: (name: string) => string,
  ): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (const [index, name] of names.entries()) {
      if (index > 0 && index % KEYS_PER_TURN === 0) await nextTurn();
      const stored = this.#stored(table, Buffer.from(keyOf(name)));
      if (stored !== undefined) found.set(name, stored.readDoubleBE());
    }
    return found;
  }

  #stored(table: 'keys' | 'groups', key: Buffer): Buffer | undefined {
    try {
      return this.#tables()?.[table].get(key);
    } catch (error) {
      if (!isDamage(error)) throw error;
      throw this.#unavailable('read', `${messageOf(error)}: the next start moves the file aside`, error);
    }
  }

  #tables(): Tables | undefined {
    if (this.#closed !== undefined) throw this.#unavailable('used', 'it has been closed');
    return this.tables;
  }

  /** Runs one write after the other: what a write has read is still true when it commits. */
  async #write(entries: number, work: (tables: Tables) => void): Promise<void> {
    const tables = this.#tables();
    if (tables === undefined || !this.isWritable) return;
    const written = this.#working.then(async () => {
      await this.#reserve.ensure(lmdbBytesAfter(tables.root.getStats() as LmdbStats, entries));
      await tables.root.batch(() => work(tables));
    });
    this.#working = written.catch(() => undefined);
    try {
      await written;
    } catch (error) {
      const reason = messageOf(await commitReason(error));
      throw this.#unavailable('written', `${reason}; check that its disk is healthy and has room`, error);
    }
  }

  #unavailable(what: string, why: string, cause?: unknown): ReadModelUnavailableError {
    return new ReadModelUnavailableError(`the times in ${this.folder} cannot be ${what}: ${why}`, { cause });
  }
}

interface Tables {
  readonly root: RootDatabase;
  readonly keys: SealedTable;
  readonly groups: SealedTable;
  readonly facts: JsonTable<number>;
}

function openTables(folder: string, readOnly: boolean): Tables {
  // With event turn batching LMDB leaves a promise behind that nobody can catch when a commit fails.
  const root = open({ path: folder, noSubdir: false, readOnly, eventTurnBatching: false });
  return {
    root,
    keys: openSealedTable(root, 'keys'),
    groups: openSealedTable(root, 'groups'),
    facts: new JsonTable(openSealedTable(root, 'facts')),
  };
}

function makeWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function beginAgain(folder: string, fault: string, log: Log): void {
  const aside = setAside(folder);
  mkdirSync(folder);
  log.error({ folder, aside, fault }, 'the stored times are damaged and were moved aside: they begin again now');
}

function putLater(table: SealedTable, key: Buffer, time: number): void {
  const stored = table.get(key);
  if (stored !== undefined && stored.readDoubleBE() >= time) return;
  const value = Buffer.alloc(TIME_BYTES);
  value.writeDoubleBE(time);
  table.put(key, value);
}
