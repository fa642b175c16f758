import { readFileSync } from 'node:fs';
import { messageOf } from './message-of.js';

/**
 * Reads a file whole.
 *
 * @throws Error it cannot be read. The message names the file, which that of Node.js leaves out for a folder or a bad disk
 */
export function readStored(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Error(`${path} cannot be read (${messageOf(cause)}): is it a file that this user may read?`, { cause });
  }
}
