import { crc32 } from 'node:zlib';

/**
 * The CRC-32 of bytes.
 *
 * @param seed the checksum of the bytes before them, or a number of their place, so that the same bytes at another place
 *   have another checksum; default: none
 */
export function checksumOf(bytes: Uint8Array, seed = 0): number {
  return crc32(bytes, seed);
}
