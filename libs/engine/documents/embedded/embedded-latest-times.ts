import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '#libs/engine/runtime/logger.js';
import { type LatestTimes, latestByGroup, latestByKey, type NotedTime, timeId } from '../port/latest-times.js';
import { openSealedFile, type SealedFile } from './sealed-file.js';
import { JsonTable, type SealedTable } from './sealed-table.js';

/** Times that are stored in one transaction. Encoding more of them would block the event loop for more than a few milliseconds. */
const TIMES_PER_COMMIT = 1_000;

/** Keys that are looked up without a pause for other work. */
const KEYS_PER_TURN = 1_000;

/** The names of the tables of the file. */
const TABLES = ['keys', 'groups', 'facts'] as const;

const BEGUN = 'begun';
const TIME_BYTES = 8;

/**
 * Opens the times in a folder. A damaged file is moved aside, and the times begin again: nothing else depends on them.
 *
 * @param folder holds nothing but this store
 * @throws ReadModelUnavailableError it cannot be opened; the message says why
 */
export function openEmbeddedLatestTimes(
  folder: string,
  options: { readonly readOnly: boolean; readonly log: Log },
): EmbeddedLatestTimes {
  return new EmbeddedLatestTimes(openSealedFile(folder, { ...options, tables: TABLES, what: 'times' }));
}

/** The times in one LMDB file. A killed process loses nothing of what {@link EmbeddedLatestTimes.note} has stored. */
export class EmbeddedLatestTimes implements LatestTimes {
  constructor(private readonly file: SealedFile<(typeof TABLES)[number]>) {}

  get isWritable(): boolean {
    return this.file.isWritable;
  }

  /** Whether there are times that can be copied. */
  get isThere(): boolean {
    return this.file.isThere;
  }

  async note(times: readonly NotedTime[]): Promise<void> {
    for (let from = 0; from < times.length; from += TIMES_PER_COMMIT) {
      const some = times.slice(from, from + TIMES_PER_COMMIT);
      await this.file.write({ entries: some.length * 2 }, ({ keys, groups }) => {
        for (const [key, time] of latestByKey(some)) putLater(keys, Buffer.from(key), time);
        for (const [group, time] of latestByGroup(some)) putLater(groups, Buffer.from(group), time);
      });
      await nextTurn();
    }
  }

  async begun(): Promise<number | undefined> {
    return this.file.read(({ facts }) => new JsonTable<number>(facts).get(BEGUN));
  }

  async begin(time: number): Promise<void> {
    await this.file.write({ entries: 1 }, (tables) => {
      const facts = new JsonTable<number>(tables.facts);
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
  copyTo(folder: string): Promise<void> {
    return this.file.copyTo(folder);
  }

  /** Waits for operations under way and releases every resource. */
  close(): Promise<void> {
    return this.file.close();
  }

  async #latest(
    table: 'keys' | 'groups',
    names: readonly string[],
    keyOf: (name: string) => string,
  ): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (const [index, name] of names.entries()) {
      if (index > 0 && index % KEYS_PER_TURN === 0) await nextTurn();
      const stored = this.file.read((tables) => tables[table].get(Buffer.from(keyOf(name))));
      if (stored !== undefined) found.set(name, stored.readDoubleBE());
    }
    return found;
  }
}

function putLater(table: SealedTable, key: Buffer, time: number): void {
  const stored = table.get(key);
  if (stored !== undefined && stored.readDoubleBE() >= time) return;
  const value = Buffer.alloc(TIME_BYTES);
  value.writeDoubleBE(time);
  table.put(key, value);
}
