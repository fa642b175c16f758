import { closeSync, openSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';

const NAME = /^(\d{16})\.log$/;
const NAME_DIGITS = 16;

/** The name of a segment's file: the position of its first record. */
export function segmentName(firstPosition: number): string {
  return `${String(firstPosition).padStart(NAME_DIGITS, '0')}.log`;
}

/** The position in a segment's name; undefined: the file is not a segment. */
export function firstPositionOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A disk reports a bad block as this. */
const UNREADABLE = 'EIO';

/** The parts in which a piece with a bad block is read. */
const BLOCK_BYTES = 512;

/** What stands in place of bytes that cannot be read: not zeros, which were never written. Its checksum is wrong. */
const FILLING = 0xff;

/** A file of the log. Records are added to the last segment only; the others never change. */
export class Segment {
  readonly name: string;
  readonly path: string;
  #file: number | undefined;

  /**
   * @param end the offset at which its last record ends; of the last segment, increased after each group is on disk
   */
  constructor(
    folder: string,
    readonly firstPosition: number,
    public end: number,
  ) {
    this.path = join(folder, segmentName(firstPosition));
    this.name = basename(this.path);
  }

  /** Reads bytes before the end. What the file has lost since it was opened is no record. @throws Error the disk fails */
  read(offset: number, length: number): Buffer {
    this.#file ??= openIfThere(this.path);
    const bytes = Buffer.allocUnsafe(length);
    if (this.#file === undefined) return bytes.fill(FILLING);
    for (let read = 0; read < length; ) {
      const got = readWhatCan(this.#file, bytes, read, offset + read);
      if (got === 0) return bytes.fill(FILLING, read);
      read += got;
    }
    return bytes;
  }

  /** Closes the file; the next read opens it again. */
  release(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Fills a buffer from a place on. Blocks that the disk cannot read are damage of their records, and of no other. */
function readWhatCan(file: number, bytes: Buffer, at: number, offset: number): number {
  try {
    return readSync(file, bytes, at, bytes.length - at, offset);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== UNREADABLE) throw error;
  }
  const end = Math.min(bytes.length, at + BLOCK_BYTES - (offset % BLOCK_BYTES));
  try {
    return readSync(file, bytes, at, end - at, offset);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== UNREADABLE) throw error;
  }
  bytes.fill(FILLING, at, end);
  return end - at;
}
