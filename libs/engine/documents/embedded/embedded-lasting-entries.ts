import type { Log } from '#libs/engine/runtime/logger.js';
import { assertKey, type Entry, type EntryWrite, endOf, type LastingEntries } from '../port/lasting-entries.js';
import { openSealedFile, type SealedFile } from './sealed-file.js';

const TABLES = ['entries'] as const;

/**
 * Opens the entries in a folder. A damaged file is moved aside, and there are no entries.
 *
 * @param folder holds nothing but this store
 * @param what errors and log lines call the entries, in the plural
 * @throws ReadModelUnavailableError it cannot be opened; the message says why
 */
export function openEmbeddedLastingEntries(
  folder: string,
  options: { readonly readOnly: boolean; readonly log: Log; readonly what: string },
): EmbeddedLastingEntries {
  return new EmbeddedLastingEntries(openSealedFile(folder, { ...options, tables: TABLES }));
}

/** Entries in one LMDB file. All changes of a call are made, or none. */
export class EmbeddedLastingEntries implements LastingEntries {
  constructor(private readonly file: SealedFile<(typeof TABLES)[number]>) {}

  get isWritable(): boolean {
    return this.file.isWritable;
  }

  /** Whether there are entries that can be copied. */
  get isThere(): boolean {
    return this.file.isThere;
  }

  async write(writes: readonly EntryWrite[]): Promise<void> {
    const encoded = writes.map(({ key, value }) => {
      assertKey(key);
      return { key: Buffer.from(key), value: value && Buffer.from(JSON.stringify(value)) };
    });
    if (encoded.length === 0) return;
    const bytes = encoded.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);
    await this.file.write({ entries: encoded.length, bytes }, ({ entries }) => {
      for (const { key, value } of encoded) {
        if (value === undefined) entries.remove(key);
        else entries.put(key, value);
      }
    });
  }

  async get<T extends object>(key: string): Promise<T | undefined> {
    const bytes = this.file.read(({ entries }) => entries.get(Buffer.from(key)));
    return bytes === undefined ? undefined : JSON.parse(bytes.toString());
  }

  async list(
    prefix: string,
    { after = '', limit }: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<readonly Entry[]> {
    const start = after > prefix ? `${after}\0` : prefix;
    const range = { start: Buffer.from(start), end: Buffer.from(endOf(prefix)), ...(limit !== undefined && { limit }) };
    const found = this.file.read(({ entries }) => [...entries.range(range)]) ?? [];
    return found.map(({ key, value }) => ({ key: key.toString(), value: JSON.parse(value.toString()) }));
  }

  /** Copies the entries, as the last commit has left them, into an empty folder. Writes go on meanwhile. */
  copyTo(folder: string): Promise<void> {
    return this.file.copyTo(folder);
  }

  /** Waits for operations under way and releases every resource. */
  close(): Promise<void> {
    return this.file.close();
  }
}
