import { readUint64, writeUint64 } from '#libs/engine/kernel/uint64.js';
import { checksumOf } from '#libs/engine/runtime/checksum.js';

/*
 * The header of a segment, big-endian:
 *
 *     0  8    "APLDGLOG"
 *     8  u16  version of the format
 *    10  16   identity of the log
 *    26  u64  position of the first record
 *    34  u32  checksum of all of the above
 *    38       zeros
 */
const MAGIC = Buffer.from('APLDGLOG');
const FORMAT_VERSION = 1;
const VERSION = 8;
const IDENTITY = 10;
const IDENTITY_BYTES = 16;
const FIRST_POSITION = 26;
const CHECKSUM = 34;

/** Bytes of a segment before its first record. */
export const SEGMENT_HEADER_BYTES = 64;

/** The fields of a segment's header. */
export interface SegmentHeader {
  /** The identity of the log, a UUID. */
  readonly identity: string;
  readonly firstPosition: number;
}

/** Writes a header. */
export function encodeSegmentHeader({ identity, firstPosition }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt16BE(FORMAT_VERSION, VERSION);
  bytes.write(identity.replaceAll('-', ''), IDENTITY, 'hex');
  writeUint64(bytes, BigInt(firstPosition), FIRST_POSITION);
  bytes.writeUInt32BE(checksumOf(bytes.subarray(0, CHECKSUM)), CHECKSUM);
  return bytes;
}

/** Reads a header, or returns its fault. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | { readonly fault: string } {
  if (bytes.length < SEGMENT_HEADER_BYTES) return { fault: `its header has ${bytes.length} bytes` };
  if (bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0)
    return { fault: 'it is no segment of an event log' };
  const isIntact = bytes.readUInt32BE(CHECKSUM) === checksumOf(bytes.subarray(0, CHECKSUM));
  if (!isIntact) return { fault: 'its header does not have the checksum that was written' };
  const version = bytes.readUInt16BE(VERSION);
  if (version !== FORMAT_VERSION) {
    return { fault: `it has format version ${version}, this program reads ${FORMAT_VERSION}: use a newer version` };
  }
  const hex = bytes.toString('hex', IDENTITY, IDENTITY + IDENTITY_BYTES);
  const identity = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { identity, firstPosition: Number(readUint64(bytes, FIRST_POSITION)) };
}
