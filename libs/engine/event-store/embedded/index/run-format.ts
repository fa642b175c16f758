import { checksumOf } from '#libs/engine/runtime/checksum.js';
import { ENTRY_BYTES } from './entry.js';
import { MARK_EVENTS } from './recent-index.js';

/*
 * A run: the sorted entries of all events from one position to another, in a file that never changes. Big-endian:
 *
 *     0  8    "APLDGIDX"
 *     8  u16  version of the format
 *    10  u8   flags: bit 0 = the events include metadata of streams; bit 1 = damaged events are left out
 *    11  16   identity of the log
 *    27  u48  first position
 *    33  u48  last position
 *    39  u32  number of entries
 *    43  u32  bytes of the filter
 *    47  u32  checksum of everything after the entries
 *    51  u32  checksum of all of the above
 *    55       zeros up to RUN_HEADER_BYTES, then the entries
 *        u32  for each position that MARK_EVENTS divides: offset in its segment, or NO_MARK
 *        u32  for each block of entries: its checksum
 *             the filter: see bloom-filter.ts
 */
const MAGIC = Buffer.from('APLDGIDX');
const FORMAT_VERSION = 1;
const VERSION = 8;
const FLAGS = 10;
const IDENTITY = 11;
const FIRST = 27;
const LAST = 33;
const ENTRIES = 39;
const FILTER_BYTES = 43;
const REST_CHECKSUM = 47;
const CHECKSUM = 51;

export const RUN_HEADER_BYTES = 64;

/** Entries in a block, which is the unit of reads and checksums. */
export const BLOCK_ENTRIES = 128;
export const BLOCK_BYTES = BLOCK_ENTRIES * ENTRY_BYTES;

/** Replaces the offset of a damaged event. */
export const NO_MARK = 0xffffffff;

const HAS_METADATA = 1;
const HAS_GAPS = 2;

/** The header of a run. */
export interface RunHeader {
  /** The identity of the log. */
  readonly identity: string;
  readonly first: number;
  readonly last: number;
  readonly entries: number;
  readonly filterBytes: number;
  readonly restChecksum: number;
  /** The events include metadata of a stream. */
  readonly hasMetadata: boolean;
  /** Some events between the first and the last are damaged, and their streams are unknown. */
  readonly hasGaps: boolean;
}

/** Writes a header. */
export function encodeRunHeader(header: RunHeader): Buffer {
  const bytes = Buffer.alloc(RUN_HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt16BE(FORMAT_VERSION, VERSION);
  bytes[FLAGS] = (header.hasMetadata ? HAS_METADATA : 0) | (header.hasGaps ? HAS_GAPS : 0);
  bytes.write(header.identity.replaceAll('-', ''), IDENTITY, 'hex');
  bytes.writeUIntBE(header.first, FIRST, 6);
  bytes.writeUIntBE(header.last, LAST, 6);
  bytes.writeUInt32BE(header.entries, ENTRIES);
  bytes.writeUInt32BE(header.filterBytes, FILTER_BYTES);
  bytes.writeUInt32BE(header.restChecksum, REST_CHECKSUM);
  bytes.writeUInt32BE(checksumOf(bytes.subarray(0, CHECKSUM)), CHECKSUM);
  return bytes;
}

/** Reads a header; undefined: it is damaged, of another version, or of another log. */
export function decodeRunHeader(bytes: Buffer, identity: string): RunHeader | undefined {
  if (bytes.length < RUN_HEADER_BYTES || bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return undefined;
  if (bytes.readUInt32BE(CHECKSUM) !== checksumOf(bytes.subarray(0, CHECKSUM))) return undefined;
  if (bytes.readUInt16BE(VERSION) !== FORMAT_VERSION) return undefined;
  if (bytes.toString('hex', IDENTITY, FIRST) !== identity.replaceAll('-', '')) return undefined;
  const flags = bytes.readUInt8(FLAGS);
  return {
    identity,
    first: bytes.readUIntBE(FIRST, 6),
    last: bytes.readUIntBE(LAST, 6),
    entries: bytes.readUInt32BE(ENTRIES),
    filterBytes: bytes.readUInt32BE(FILTER_BYTES),
    restChecksum: bytes.readUInt32BE(REST_CHECKSUM),
    hasMetadata: (flags & HAS_METADATA) !== 0,
    hasGaps: (flags & HAS_GAPS) !== 0,
  };
}

/** The offsets of the parts of a run, and its length, in bytes. */
export function layoutOf({ first, last, entries, filterBytes }: RunHeader) {
  const marks = RUN_HEADER_BYTES + entries * ENTRY_BYTES;
  const markCount = Math.floor(last / MARK_EVENTS) - Math.ceil(first / MARK_EVENTS) + 1;
  const checksums = marks + Math.max(0, markCount) * 4;
  const blockCount = Math.ceil(entries / BLOCK_ENTRIES);
  const filter = checksums + blockCount * 4;
  return { marks, checksums, blockCount, filter, length: filter + filterBytes };
}

const NAME = /^(\d{16})-(\d{16})\.run$/;
const NAME_DIGITS = 16;

/** The name of a run's file, which states the positions that it covers. */
export function runName(first: number, last: number): string {
  return `${String(first).padStart(NAME_DIGITS, '0')}-${String(last).padStart(NAME_DIGITS, '0')}.run`;
}

/** The positions in the name of a run; undefined: the file is not a run. */
export function runRange(name: string): { readonly first: number; readonly last: number } | undefined {
  const [, first, last] = NAME.exec(name) ?? [];
  return first === undefined || last === undefined ? undefined : { first: Number(first), last: Number(last) };
}
