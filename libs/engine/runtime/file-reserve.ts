import { type FileHandle, open } from 'node:fs/promises';

/** The file grows in steps of this size. The next fsync waits for what was written, so larger steps caused visible pauses. */
const STEP_BYTES = 524_288;

/**
 * The bytes of one write. Linux keeps what was written with one call in one piece of the page cache and maps it as one:
 * with writes of half a mebibyte, one touched page brought a hundred others into the resident memory. It maps sixteen
 * pages around a touched one in any case, so this size adds none; smaller writes cost the event loop more.
 */
const ZEROS = Buffer.alloc(65_536);

/**
 * Reserves disk space for what a database is about to write to its file. On a full disk this write fails, before the
 * database has begun its own.
 *
 * LMDB needs that: when one of its page writes fails, its message about it overruns a buffer of a hundred bytes
 * (mdb_page_flush in the mdb.c that lmdb 3.5.6 builds), and the process may end at any later moment.
 */
export class FileReserve {
  #size = 0;
  /** Open from the first growth until one fails. */
  #file: FileHandle | undefined;
  #growing: Promise<void> | undefined;

  /** @param path an existing file, to which nobody writes beyond the size that was ensured */
  constructor(private readonly path: string) {}

  /**
   * Extends the file with zeros to at least a size, and begins to extend it further so that the next call need not wait.
   *
   * @param bytes the size
   * @throws Error the disk is full or cannot be written; the previous content is unchanged
   */
  async ensure(bytes: number): Promise<void> {
    while (bytes > this.#size) await this.#grow(bytes);
    // If this fails, so does the call that needs the space, and that one reports it.
    if (bytes + STEP_BYTES > this.#size) this.#grow(bytes + STEP_BYTES).catch(() => undefined);
  }

  /** Waits for writes under way and closes the file. */
  async close(): Promise<void> {
    await this.#growing?.catch(() => undefined);
    await this.#letGo();
  }

  /** Waits for the growth under way, or begins one. */
  #grow(bytes: number): Promise<void> {
    this.#growing ??= this.#write(bytes).finally(() => {
      this.#growing = undefined;
    });
    return this.#growing;
  }

  async #write(bytes: number): Promise<void> {
    const wanted = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
    try {
      const file = this.#file ?? (await this.#open());
      while (this.#size < wanted) {
        const { bytesWritten } = await file.write(ZEROS, 0, Math.min(ZEROS.length, wanted - this.#size), this.#size);
        this.#size += bytesWritten;
      }
    } catch (error) {
      await this.#letGo(); // The next attempt reads the file's size again.
      throw error;
    }
  }

  async #open(): Promise<FileHandle> {
    this.#file = await open(this.path, 'r+');
    this.#size = (await this.#file.stat()).size;
    return this.#file;
  }

  async #letGo(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** LMDB's statistics of its file. */
export interface LmdbStats {
  readonly lastPageNumber: number;
  readonly pageSize: number;
}

/** Pages that a write may need in addition to its bytes: those of each table's tree, and for each entry its own and others. */
const SPARE_PAGES = 256;
const PAGES_PER_ENTRY = 4;

/**
 * An upper bound of the size of an LMDB file after a write, in bytes.
 *
 * @param entries the number of events or documents that are written
 * @param bytes of large entries: the bytes that do not fit into the pages counted for each entry
 */
export function lmdbBytesAfter({ lastPageNumber, pageSize }: LmdbStats, entries: number, bytes = 0): number {
  return (lastPageNumber + 1 + SPARE_PAGES + entries * PAGES_PER_ENTRY) * pageSize + bytes * 2;
}
