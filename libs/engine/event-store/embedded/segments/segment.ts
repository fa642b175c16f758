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

  /** Reads bytes before the end. @throws Error the disk fails, or the file has become shorter */
  read(offset: number, length: number): Buffer {
    this.#file ??= openSync(this.path, 'r');
    const bytes = Buffer.allocUnsafe(length);
    let read = 0;
    while (read < length) {
      const got = readSync(this.#file, bytes, read, length - read, offset + read);
      if (got === 0)
        throw new Error(`${this.path} has lost its end: it has ${offset + read} bytes instead of ${this.end}`);
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
