/**
 * Loaded into a process before its program (`node --import`): the disk cannot read the block of 512 bytes of the file that
 * FAIL_READ_OF names in which the offset FAIL_READ_AT lies.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const BLOCK_BYTES = 512;
const { FAIL_READ_OF: path, FAIL_READ_AT: at } = process.env;
const start = Math.floor(Number(at) / BLOCK_BYTES) * BLOCK_BYTES;
const { readSync } = fs;

fs.readSync = (file, buffer, offset, length, position) => {
  const isHit = position < start + BLOCK_BYTES && position + length > start;
  if (isHit && fs.readlinkSync(`/proc/self/fd/${file}`) === path) {
    throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
  }
  return readSync(file, buffer, offset, length, position);
};
syncBuiltinESMExports();
