import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Reads a part of a file.
 *
 * @throws Error the file is not there, or ends before
 */
export function readPart(path: string, start: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    for (let read = 0; read < length; ) {
      const got = readSync(file, bytes, read, length - read, start + read);
      if (got === 0) throw new Error(`${path} ends at ${start + read} bytes, before ${start + length}`);
      read += got;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}
