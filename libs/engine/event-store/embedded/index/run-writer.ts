import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checksumOf } from '#libs/engine/runtime/checksum.js';
import { syncPath } from '#libs/engine/runtime/sync-path.js';
import { BloomFilter } from './bloom-filter.js';
import { compareAt, ENTRY_BYTES, KEY_BYTES } from './entry.js';
import { BLOCK_BYTES, encodeRunHeader, RUN_HEADER_BYTES, runName } from './run-format.js';

/** The size of a write. */
const PIECE_BYTES = 64 * BLOCK_BYTES;

/** The content of a run besides its entries. */
export interface RunContents {
  readonly identity: string;
  readonly first: number;
  readonly last: number;
  readonly hasMetadata: boolean;
  readonly hasGaps: boolean;
  /** For each position that MARK_EVENTS divides: offset in its segment, or NO_MARK. */
  readonly marks: readonly number[];
}

/**
 * Writes a run. It is renamed to its final name when all of it is on disk, so a run with that name is complete.
 *
 * @param maxEntries an upper bound of the number of entries
 * @param pieces the entries in their order, in pieces of whole entries
 * @returns the name of the file
 */
export async function writeRun(
  folder: string,
  contents: RunContents,
  maxEntries: number,
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<string> {
  const name = runName(contents.first, contents.last);
  const partial = join(folder, `${name}.tmp`);
  const file = await open(partial, 'w', 0o600);
  try {
    const entries = new EntriesWriter(file, BloomFilter.forKeys(maxEntries));
    for await (const piece of pieces) await entries.add(piece);
    await entries.end();
    const rest = Buffer.concat([uint32s(contents.marks), uint32s(entries.checksums), entries.filter.bytes]);
    const restAt = RUN_HEADER_BYTES + entries.count * ENTRY_BYTES;
    await writeAll(file, rest, restAt);
    const filterBytes = entries.filter.bytes.length;
    const header = { ...contents, entries: entries.count, filterBytes, restChecksum: checksumOf(rest) };
    await writeAll(file, encodeRunHeader(header), 0);
    await file.datasync();
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
  await file.close();
  await rename(partial, join(folder, name));
  await syncPath(folder);
  return name;
}

/** Writes entries block by block. */
class EntriesWriter {
  readonly checksums: number[] = [];
  count = 0;
  #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #filled = 0;
  #written = RUN_HEADER_BYTES;
  #lastKey = Buffer.alloc(KEY_BYTES);

  constructor(
    private readonly file: FileHandle,
    readonly filter: BloomFilter,
  ) {}

  async add(entries: Buffer): Promise<void> {
    for (let at = 0; at < entries.length; ) {
      const length = Math.min(PIECE_BYTES - this.#filled, entries.length - at);
      entries.copy(this.#piece, this.#filled, at, at + length);
      this.#note(this.#filled, length);
      this.#filled += length;
      at += length;
      if (this.#filled === PIECE_BYTES) await this.#write();
    }
  }

  async end(): Promise<void> {
    if (this.#filled > 0) await this.#write();
  }

  /** Counts entries, and adds each key to the filter once. */
  #note(start: number, length: number): void {
    let isNew = this.count === 0 || compareAt(this.#piece, start, this.#lastKey, 0, KEY_BYTES) !== 0;
    const last = start + length - ENTRY_BYTES;
    for (let at = start; at <= last; at += ENTRY_BYTES) {
      if (isNew) this.filter.add(this.#piece, at);
      isNew = at < last && compareAt(this.#piece, at, this.#piece, at + ENTRY_BYTES, KEY_BYTES) !== 0;
    }
    this.#piece.copy(this.#lastKey, 0, last, last + KEY_BYTES);
    this.count += length / ENTRY_BYTES;
  }

  async #write(): Promise<void> {
    const bytes = this.#piece.subarray(0, this.#filled);
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      this.checksums.push(checksumOf(bytes.subarray(at, at + BLOCK_BYTES), this.checksums.length));
    }
    await writeAll(this.file, bytes, this.#written);
    this.#written += bytes.length;
    this.#filled = 0;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

function uint32s(numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 4);
  numbers.forEach((number, index) => {
    bytes.writeUInt32BE(number, index * 4);
  });
  return bytes;
}
