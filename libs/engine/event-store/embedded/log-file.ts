import { FileReserve } from '#libs/engine/runtime/file-reserve.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import { mappedBytes } from './mapped-memory.js';
import { type LogLocation, openTables } from './open-tables.js';
import type { Tables, WriteSize } from './tables.js';

/**
 * Every page of the file that is read or written stays mapped, with its neighbours, and counts as resident memory. At
 * so many bytes the mapping is renewed, which takes a millisecond or two; what was mapped stays in the operating
 * system's cache.
 */
const MAX_MAPPED_BYTES = 40 * 1_048_576;

/** After so many bytes of records it is looked at how much is mapped; looking costs as much as reading fifty events. */
const BYTES_BETWEEN_LOOKS = 1_048_576;

/** Where the system does not tell what is mapped: so many bytes of records stand for {@link MAX_MAPPED_BYTES}. */
const MAX_TOUCHED_BYTES = 8 * 1_048_576;

/**
 * The open LMDB file. It is closed and opened again to bound the mapped memory, and after a failure from which LMDB
 * recovers in no other way; whoever uses it meanwhile waits.
 */
export class LogFile {
  readonly #reserve: FileReserve;
  #tables: Tables | undefined;
  #renewing: Promise<void> | undefined;
  /** Writes under way or waiting, and the end of the last of them. */
  #writes = 0;
  #writing: Promise<void> = Promise.resolve();
  /** The copy under way, or the last one: the file stays open for it. */
  #copying: Promise<void> = Promise.resolve();
  /** Mapped by others when this file was opened. */
  #mappedBefore = 0;
  #nextLook = 0;
  #closed = false;

  /** @throws EventStoreUnavailableError it cannot be opened: the message says why and what to do */
  constructor(readonly location: LogLocation) {
    this.#tables = this.#open();
    this.#reserve = new FileReserve(location.file);
  }

  /** Calls `read` with the tables, which it must not keep. */
  async use<T>(read: (tables: Tables) => T): Promise<T> {
    while (this.#renewing !== undefined) await this.#renewing;
    if (this.#closed) throw new EventStoreUnavailableError('the event store is closed');
    this.#tables ??= this.#open();
    const result = read(this.#tables);
    this.#renewWhenLarge();
    return result;
  }

  /**
   * Calls `write` with the tables, which it must not keep, and waits until what it writes is on disk. One write at a
   * time: room for it is made on the disk while LMDB is not writing.
   *
   * @param size how many events are written, and their bytes
   */
  write(size: WriteSize, write: (tables: Tables) => Promise<void>): Promise<void> {
    this.#writes += 1;
    const written = this.#writing.then(async () => {
      await this.#reserve.ensure(await this.use((tables) => tables.bytesAfter(size)));
      await (await this.use((tables) => ({ written: write(tables) }))).written;
    });
    this.#writing = written.then(
      () => this.#written(),
      () => this.#written(),
    );
    return written;
  }

  /** Copies what has been written into a new file. Reads and writes go on meanwhile. */
  copyTo(file: string): Promise<void> {
    const copied = this.#copying.then(async () => {
      await (await this.use((tables) => ({ copied: tables.copyTo(file) }))).copied;
    });
    this.#copying = copied.catch(() => undefined);
    // A copy maps the whole file. The mapping is renewed as soon as the file can be let go.
    void this.#copying.then(() => this.release());
    return copied;
  }

  #written(): void {
    this.#writes -= 1;
    this.#renewWhenLarge();
  }

  /** Lets go of the file; the next use opens it again. What is being written or copied is waited for. */
  async release(): Promise<void> {
    await this.#idle();
    const tables = this.#tables;
    this.#tables = undefined;
    this.#renewing = tables?.close().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  /** Waits for copies and renewals, those included that begin meanwhile. */
  async #idle(): Promise<void> {
    let copying: Promise<void> | undefined;
    while (copying !== this.#copying || this.#renewing !== undefined) {
      copying = this.#copying;
      await copying;
      await this.#renewing;
    }
  }

  /** Lets go of the file for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#reserve.close();
    await this.release();
  }

  #open(): Tables {
    this.#mappedBefore = mappedBytes() ?? 0;
    this.#nextLook = BYTES_BETWEEN_LOOKS;
    return openTables(this.location);
  }

  #renewWhenLarge(): void {
    if (this.#writes > 0 || this.#tables === undefined) return;
    const { touchedBytes } = this.#tables;
    if (touchedBytes < this.#nextLook) return;
    this.#nextLook = touchedBytes + BYTES_BETWEEN_LOOKS;
    const mapped = mappedBytes();
    const large =
      mapped === undefined ? touchedBytes > MAX_TOUCHED_BYTES : mapped - this.#mappedBefore > MAX_MAPPED_BYTES;
    if (large) void this.release();
  }
}
