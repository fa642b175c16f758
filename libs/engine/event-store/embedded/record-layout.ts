/**
 * A record: an event in a segment of the log, big-endian.
 *
 *     0  u32  bytes of the whole record
 *     4  u64  position
 *    12  u8   flags: see {@link RecordFlag}; bits 4–7 = version of this layout
 *    13  u48  recorded at, milliseconds since 1970
 *    19  16   event id
 *    35  u64  revision
 *    43  u16  bytes of the stream name
 *    45  u16  bytes of the type
 *    47  u32  bytes of the data
 *    51  u32  bytes of the metadata
 *    55       stream name, type, data, metadata
 *        u32  checksum of all of the above: see checksum.ts
 *        u8   {@link END_MARK}
 *
 * The layout is frozen: a change is a new version, and the old one stays readable.
 */
export const LAYOUT_VERSION = 2;
export const POSITION = 4;
export const FLAGS = 12;
export const RECORDED_AT = 13;
export const ID = 19;
export const REVISION = 35;
export const STREAM_LENGTH = 43;
export const TYPE_LENGTH = 45;
export const DATA_LENGTH = 47;
export const METADATA_LENGTH = 51;
export const NAMES = 55;

/** Bytes of a record before the stream name. */
export const RECORD_HEADER_BYTES = NAMES;

/** Bytes of a record after the metadata: checksum and end mark. */
export const RECORD_TRAILER_BYTES = 5;

/** The last byte of a record. Unwritten space reads as zeros, so this byte proves that the end was written. */
export const END_MARK = 0xa5;

/** The flags of a record. */
export const RecordFlag = {
  /** Data and metadata are JSON. */
  json: 1,
  /** The record is the last of its group. */
  endsGroup: 2,
  /** The event is the first in the log with its id, and is findable by it permanently. */
  findable: 4,
} as const;
