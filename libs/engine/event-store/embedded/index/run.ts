import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { lowerBound } from '#libs/engine/kernel/lower-bound.js';
import { checksumOf } from '#libs/engine/runtime/checksum.js';
import { READ_WITHOUT_WAITING } from '#libs/engine/runtime/read-flags.js';
import { BloomFilter } from './bloom-filter.js';
import { compareAt, ENTRY_BYTES, KEY_BYTES, type Location, locationIn, ORDER_BYTES, orderOf } from './entry.js';
import { MARK_EVENTS, type Mark } from './recent-index.js';
import {
  BLOCK_BYTES,
  BLOCK_ENTRIES,
  decodeRunHeader,
  layoutOf,
  NO_MARK,
  RUN_HEADER_BYTES,
  type RunHeader,
} from './run-format.js';

/** The number of cached blocks, of 4 KiB each. */
const MAX_KEPT_BLOCKS = 128;

/** The size of a read when a run is checked. */
const CHECK_BYTES = 256 * BLOCK_BYTES;

/** A run is damaged. It can be rebuilt from the log. */
export class DamagedRunError extends Error {
  override readonly name = 'DamagedRunError';

  /** @param path of its file */
  constructor(readonly path: string) {
    super(`the index ${path} is damaged: restart, and it is built again from the log`);
  }
}

/** A file of sorted entries; see run-format.ts. */
export class Run {
  readonly #blocks = new LRUCache<number, Buffer>({ max: MAX_KEPT_BLOCKS });
  /** {@link ORDER_BYTES} of the first entry of each block. */
  readonly #firsts: Buffer;
  readonly #marks: Buffer;
  readonly #checksums: Buffer;
  readonly #filter: BloomFilter;

  private constructor(
    readonly path: string,
    readonly header: RunHeader,
    private readonly file: number,
  ) {
    const { marks, checksums, filter, length, blockCount } = layoutOf(header);
    if (fstatSync(file).size !== length) throw new DamagedRunError(path);
    const rest = this.#read(marks, length - marks);
    if (checksumOf(rest) !== header.restChecksum) throw new DamagedRunError(path);
    this.#marks = rest.subarray(0, checksums - marks);
    this.#checksums = rest.subarray(checksums - marks, filter - marks);
    this.#filter = new BloomFilter(rest.subarray(filter - marks));
    this.#firsts = Buffer.allocUnsafe(blockCount * ORDER_BYTES);
    this.#check(marks, blockCount);
  }

  /**
   * Opens a run, and reads all of it once.
   *
   * @throws DamagedRunError it is damaged, or belongs to another log
   */
  static open(folder: string, name: string, identity: string): Run {
    const path = join(folder, name);
    const file = openSync(path, READ_WITHOUT_WAITING);
    try {
      const bytes = Buffer.alloc(RUN_HEADER_BYTES);
      readWhole(file, bytes, 0);
      const header = decodeRunHeader(bytes, identity);
      if (header === undefined) throw new DamagedRunError(path);
      return new Run(path, header, file);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /** The number of positions that it covers. */
  get events(): number {
    return this.header.last - this.header.first + 1;
  }

  /** Whether the run may have entries with this key; false: it has none. */
  mayHave(digest: Buffer): boolean {
    return this.#filter.mayHave(digest);
  }

  /** Up to `limit` locations of a key, from a revision upwards. */
  from(digest: Buffer, revision: number, limit: number): readonly Location[] {
    const found: Location[] = [];
    for (let index = this.#firstAtLeast(orderOf(digest, revision)); found.length < limit; index += 1) {
      const location = this.#locationAt(index, digest);
      if (location === undefined) break;
      found.push(location);
    }
    return found;
  }

  /** Up to `limit` locations of a key, from a revision downwards. */
  downFrom(digest: Buffer, revision: number, limit: number): readonly Location[] {
    const found: Location[] = [];
    let index = this.#firstAtLeast(orderOf(digest, revision));
    if (this.#locationAt(index, digest)?.revision !== revision) index -= 1;
    for (; found.length < limit; index -= 1) {
      const location = this.#locationAt(index, digest);
      if (location === undefined) break;
      found.push(location);
    }
    return found;
  }

  /** The nearest mark at or before a position; undefined: it is in an earlier run. */
  markBefore(position: number): Mark | undefined {
    const { first, last } = this.header;
    const firstMark = Math.ceil(first / MARK_EVENTS);
    for (let mark = Math.floor(Math.min(position, last) / MARK_EVENTS); mark >= firstMark; mark -= 1) {
      const offset = this.#marks.readUInt32BE((mark - firstMark) * 4);
      if (offset !== NO_MARK) return { position: mark * MARK_EVENTS, offset };
    }
    return undefined;
  }

  /** All marks, for a run that is merged from this one. */
  marks(): readonly number[] {
    return Array.from({ length: this.#marks.length / 4 }, (_, index) => this.#marks.readUInt32BE(index * 4));
  }

  /** All entries in order, block by block. */
  *blocks(): Generator<Buffer> {
    const { blockCount } = layoutOf(this.header);
    for (let block = 0; block < blockCount; block += 1) yield this.#readBlock(block);
  }

  close(): void {
    closeSync(this.file);
  }

  #check(entriesEnd: number, blockCount: number): void {
    for (let block = 0; block < blockCount; block += CHECK_BYTES / BLOCK_BYTES) {
      const start = RUN_HEADER_BYTES + block * BLOCK_BYTES;
      const bytes = this.#read(start, Math.min(CHECK_BYTES, entriesEnd - start));
      for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
        const index = block + at / BLOCK_BYTES;
        this.#verify(bytes.subarray(at, at + BLOCK_BYTES), index);
        bytes.copy(this.#firsts, index * ORDER_BYTES, at, at + ORDER_BYTES);
      }
    }
  }

  /** The number of the first entry that is not sorted before this. */
  #firstAtLeast(order: Buffer): number {
    const firsts = this.#firsts;
    const isFirstUpTo = (at: number) => compareAt(firsts, at * ORDER_BYTES, order, 0, ORDER_BYTES) <= 0;
    const block = Math.max(0, lowerBound(firsts.length / ORDER_BYTES, isFirstUpTo) - 1);
    const bytes = this.#block(block);
    const isBefore = (at: number) => compareAt(bytes, at * ENTRY_BYTES, order, 0, ORDER_BYTES) < 0;
    return block * BLOCK_ENTRIES + lowerBound(bytes.length / ENTRY_BYTES, isBefore);
  }

  /** The location in an entry; undefined: there is no such entry, or it has another key. */
  #locationAt(index: number, digest: Buffer): Location | undefined {
    if (index < 0 || index >= this.header.entries) return undefined;
    const bytes = this.#block(Math.floor(index / BLOCK_ENTRIES));
    const at = (index % BLOCK_ENTRIES) * ENTRY_BYTES;
    return compareAt(bytes, at, digest, 0, KEY_BYTES) === 0 ? locationIn(bytes, at) : undefined;
  }

  #block(block: number): Buffer {
    const kept = this.#blocks.get(block);
    if (kept !== undefined) return kept;
    const bytes = this.#readBlock(block);
    this.#blocks.set(block, bytes);
    return bytes;
  }

  #readBlock(block: number): Buffer {
    const start = RUN_HEADER_BYTES + block * BLOCK_BYTES;
    const end = RUN_HEADER_BYTES + this.header.entries * ENTRY_BYTES;
    const bytes = this.#read(start, Math.min(BLOCK_BYTES, end - start));
    this.#verify(bytes, block);
    return bytes;
  }

  #verify(bytes: Buffer, block: number): void {
    if (checksumOf(bytes, block) !== this.#checksums.readUInt32BE(block * 4)) throw new DamagedRunError(this.path);
  }

  #read(start: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    if (readWhole(this.file, bytes, start) !== length) throw new DamagedRunError(this.path);
    return bytes;
  }
}

/** Reads into a buffer. @returns the bytes that were read; 0 if the disk cannot read them */
function readWhole(file: number, bytes: Buffer, start: number): number {
  try {
    return readSync(file, bytes, 0, bytes.length, start);
  } catch (error) {
    if (isUnreadable(error)) return 0;
    throw error;
  }
}

/** Whether the disk cannot read a file, or it is a folder or a pipe. */
function isUnreadable(error: unknown): boolean {
  return ['EIO', 'EISDIR', 'ESPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
}
