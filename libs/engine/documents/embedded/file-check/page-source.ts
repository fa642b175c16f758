import { readSync } from 'node:fs';
import { demand, FileFault } from './file-fault.js';

/** Reads pages of an LMDB file, without mapping it. */
export class PageSource {
  readonly #buffers: Buffer[] = [];

  /**
   * @param file its descriptor
   * @param pageBytes the size of a page
   */
  constructor(
    private readonly file: number,
    readonly pageBytes: number,
  ) {}

  /** A page. It is valid until another one is read at the same level of a tree. @throws FileFault */
  page(number: number, level: number): Buffer {
    this.#buffers[level] ??= Buffer.allocUnsafeSlow(this.pageBytes);
    const page = this.#buffers[level];
    return this.#fill(page, number);
  }

  /** Consecutive pages. @throws FileFault */
  pages(first: number, count: number): Buffer {
    return this.#fill(Buffer.allocUnsafe(count * this.pageBytes), first);
  }

  #fill(buffer: Buffer, first: number): Buffer {
    const read = readAt(this.file, buffer, first * this.pageBytes);
    demand(read === buffer.length, `it ends before page ${first}`);
    return buffer;
  }
}

/**
 * Reads from a file until the buffer is full or the file ends. Returns the number of bytes.
 *
 * @throws FileFault the disk cannot read them
 */
export function readAt(file: number, buffer: Buffer, position: number): number {
  try {
    let done = 0;
    for (let read = -1; read !== 0 && done < buffer.length; done += read) {
      read = readSync(file, buffer, done, buffer.length - done, position + done);
    }
    return done;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EIO' || code === 'EISDIR') throw new FileFault(`it cannot be read (${code})`);
    throw error;
  }
}
