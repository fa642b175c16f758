import { type FileHandle, open } from 'node:fs/promises';

/** The file grows by steps of this size: small, because the next fsync waits for what was written; larger ones were seen as pauses. */
const STEP_BYTES = 524_288;

/**
 * Written with one call. The system keeps in one piece in memory what was written with one call, and maps it as one:
 * with calls of half a mebibyte a touched page brought a hundred others with it into the resident memory. Linux maps
 * the sixteen pages around a touched one in any case, so these bring none; and smaller calls cost the event loop more.
 */
const ZEROS = Buffer.alloc(65_536);

/**
 * Keeps room on the disk ahead of what a database is about to write to its file. On a full disk it is then this write
 * that fails, before the database has begun its own.
 *
 * LMDB needs that: when one of its page writes fails, its message about it overruns a buffer of a hundred bytes
 * (mdb_page_flush in the mdb.c that lmdb 3.5.6 builds), and the process may end at any later moment.
 */
export class FileReserve {
  #size = 0;
  /** Open from the first growth on, until one fails. */
  #file: FileHandle | undefined;
  #growing: Promise<void> | undefined;

  /** @param path a file that exists, and that nobody makes longer than was ensured */
  constructor(private readonly path: string) {}

  /**
   * Makes the file at least so long, with zeros that the disk has room for, and begins to make it longer than that, so
   * that the next who asks need not wait.
   *
   * @throws Error the disk has no room, or refuses to be written; what it had before is untouched
   */
  async ensure(bytes: number): Promise<void> {
    while (bytes > this.#size) await this.#grow(bytes);
    // It fails again, and is told then, when the room is needed.
    if (bytes + STEP_BYTES > this.#size) this.#grow(bytes + STEP_BYTES).catch(() => undefined);
  }

  /** Finishes what is being written, and lets go of the file. */
  async close(): Promise<void> {
    await this.#growing?.catch(() => undefined);
    await this.#letGo();
  }

  /** Goes on with what has been begun, or makes the file so long. */
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
      await this.#letGo(); // The next try looks again at what is there.
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

/** What LMDB tells of its file. */
export interface LmdbStats {
  readonly lastPageNumber: number;
  readonly pageSize: number;
}

/** What a write may need beside its bytes: pages of each table's tree, and for each entry its own and others. */
const SPARE_PAGES = 256;
const PAGES_PER_ENTRY = 4;

/**
 * How long an LMDB file may be after a write, in bytes: never less than it will be.
 *
 * @param entries how many events or documents are written
 * @param bytes of large ones, what does not fit into the pages that each entry counts as
 */
export function lmdbBytesAfter({ lastPageNumber, pageSize }: LmdbStats, entries: number, bytes = 0): number {
  return (lastPageNumber + 1 + SPARE_PAGES + entries * PAGES_PER_ENTRY) * pageSize + bytes * 2;
}
