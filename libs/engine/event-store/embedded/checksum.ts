import { crc32 } from 'node:zlib';

/**
 * The CRC-32 of bytes that belong to one place: the same bytes elsewhere have another checksum. So a record that lies
 * in the data of another, or that the disk has written to a wrong place, does not count as one.
 *
 * @param seed of the place: see {@link placeSeed}; 0 for bytes that may lie anywhere
 */
export function checksumOf(bytes: Uint8Array, seed = 0): number {
  return crc32(bytes, seed);
}

/** An odd number with bits all over: neighbouring segments have seeds that are far apart. */
const SPREAD = 0x9e3779b1;

/**
 * What a checksum begins with at a place in the log.
 *
 * @param firstPosition of the segment
 * @param offset in the segment, in bytes
 */
export function placeSeed(firstPosition: number, offset: number): number {
  return (Math.imul(firstPosition | 0, SPREAD) + offset) >>> 0;
}
