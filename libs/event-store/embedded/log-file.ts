import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { AppendGroup } from './append-group.js';
import { openTables } from './open-tables.js';
import type { Tables } from './tables.js';

/** Where a log lies and how it may be used. */
export interface LogLocation {
  /** The LMDB file; LMDB makes a lock file beside it. */
  readonly file: string;
  /** True: nothing is written, and the file must exist. */
  readonly readOnly: boolean;
}

/**
 * Every page of the file that is read or written stays mapped and counts as resident memory. After so many bytes of
 * records the mapping is renewed; what was mapped stays in the operating system's cache.
 */
const MAX_TOUCHED_BYTES = 32 * 1_048_576;

/**
 * The open LMDB file. It is closed and opened again to bound the mapped memory, and after a failure from which LMDB
 * recovers in no other way; whoever uses it meanwhile waits.
 */
export class LogFile {
  #tables: Tables | undefined;
  #renewing: Promise<void> | undefined;
  #committing = false;
  #closed = false;

  /** @throws Error it cannot be opened: the message says why and what to do */
  constructor(readonly location: LogLocation) {
    this.#tables = openTables(location);
  }

  /** Calls `read` with the tables, which it must not keep. */
  async use<T>(read: (tables: Tables) => T): Promise<T> {
    while (this.#renewing !== undefined) await this.#renewing;
    if (this.#closed) throw new EventStoreUnavailableError('the event store is closed');
    this.#tables ??= openTables(this.location);
    const result = read(this.#tables);
    this.#renewWhenLarge();
    return result;
  }

  /** Writes a group; see {@link Tables.commit}. One at a time. */
  async commit(group: AppendGroup): Promise<void> {
    this.#committing = true;
    try {
      await (await this.use((tables) => ({ written: tables.commit(group) }))).written;
    } finally {
      this.#committing = false;
    }
    this.#renewWhenLarge();
  }

  /** Lets go of the file; the next use opens it again. Not during a commit. */
  async release(): Promise<void> {
    while (this.#renewing !== undefined) await this.#renewing;
    const tables = this.#tables;
    this.#tables = undefined;
    this.#renewing = tables?.close().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  /** Lets go of the file for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.release();
  }

  #renewWhenLarge(): void {
    if (!this.#committing && (this.#tables?.touchedBytes ?? 0) > MAX_TOUCHED_BYTES) void this.release();
  }
}
