import { checksumOf } from '#libs/engine/runtime/checksum.js';
import type { Span } from './file-check/span.js';

/*
 * A value as it is stored: its bytes, then the checksum (CRC-32) of its key and these bytes. So a changed bit is found in
 * keys and values, and a value that is under another key than it was written.
 */
const CHECKSUM_BYTES = 4;

/** Adds room for the checksum to the number of bytes of a value. */
export function sealedLength(bytes: number): number {
  return bytes + CHECKSUM_BYTES;
}

/** Writes the checksum into the last bytes of a value, which {@link sealedLength} has left for it. */
export function seal(key: Uint8Array, value: Buffer): Buffer {
  const end = value.length - CHECKSUM_BYTES;
  const ofKey = checksumOf(key);
  value.writeUInt32LE(end === 0 ? ofKey : checksumOf(value.subarray(0, end), ofKey), end);
  return value;
}

/** The bytes of a value; undefined: it is damaged, or was written under another key. */
export function unsealed(key: Uint8Array, value: Buffer): Buffer | undefined {
  const end = value.length - CHECKSUM_BYTES;
  if (end < 0) return undefined;
  const bytes = value.subarray(0, end);
  return checksumOf(bytes, checksumOf(key)) === value.readUInt32LE(end) ? bytes : undefined;
}

/** The end of the bytes of a value in a page, without its checksum. */
export function unsealedEnd({ end }: Span): number {
  return end - CHECKSUM_BYTES;
}

/** Whether a value in a page is whole. Key and value are adjacent unless the value is large. */
export function isSealed(key: Span, value: Span): boolean {
  const end = unsealedEnd(value);
  if (end < value.start) return false;
  const isAdjacent = value.bytes === key.bytes;
  const checksum = isAdjacent
    ? checksumOf(value.bytes.subarray(key.start, end))
    : checksumOf(value.bytes.subarray(value.start, end), checksumOf(key.bytes.subarray(key.start, key.end)));
  return checksum === value.bytes.readUInt32LE(end);
}
