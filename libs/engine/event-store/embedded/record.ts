import { TWO_TO_32, writeUint64 } from '#libs/engine/kernel/uint64.js';
import { checksumOf } from '#libs/engine/runtime/checksum.js';
import { writeId } from './event-id.js';
import {
  DATA_LENGTH,
  END_MARK,
  FLAGS,
  ID,
  LAYOUT_VERSION,
  METADATA_LENGTH,
  NAMES,
  POSITION,
  RECORD_TRAILER_BYTES,
  RECORDED_AT,
  REVISION,
  RecordFlag,
  STREAM_LENGTH,
  TYPE_LENGTH,
} from './record-layout.js';

/** The latest time that a record can contain, in milliseconds since 1970. */
export const MAX_RECORDED_AT = 2 ** 48 - 1;

/** An event to append: data and metadata are bytes, JSON or not. */
export interface EventBytes {
  /** A UUID in canonical lower-case form. */
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** The stream, revision, position and time of a stored event. */
export interface Placement {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly recordedAt: number;
  readonly endsGroup: boolean;
  readonly findable: boolean;
}

/** The length of the record of an event in bytes. */
export function recordBytes(event: EventBytes, stream: string): number {
  const names = Buffer.byteLength(stream) + Buffer.byteLength(event.type);
  return NAMES + names + event.data.length + event.metadata.length + RECORD_TRAILER_BYTES;
}

/**
 * Writes the record of an event into a buffer.
 *
 * @param seed of the place in the log: see {@link placeSeed}
 * @returns the offset at which the record ends
 */
export function writeRecord(target: Buffer, start: number, event: EventBytes, at: Placement, seed: number): number {
  const { stream, revision, position, recordedAt, endsGroup, findable } = at;
  const streamEnd = start + NAMES + target.write(stream, start + NAMES);
  const dataStart = streamEnd + target.write(event.type, streamEnd);
  const metadataStart = dataStart + event.data.length;
  const end = metadataStart + event.metadata.length + RECORD_TRAILER_BYTES;
  target.writeUInt32BE(end - start, start);
  writeUint64(target, position, start + POSITION);
  target[start + FLAGS] =
    (LAYOUT_VERSION << 4) |
    (event.isJson ? RecordFlag.json : 0) |
    (endsGroup ? RecordFlag.endsGroup : 0) |
    (findable ? RecordFlag.findable : 0);
  target.writeUIntBE(recordedAt, start + RECORDED_AT, 6);
  writeId(target, event.id, start + ID);
  writeUint64(target, revision, start + REVISION);
  target.writeUInt16BE(streamEnd - start - NAMES, start + STREAM_LENGTH);
  target.writeUInt16BE(dataStart - streamEnd, start + TYPE_LENGTH);
  target.writeUInt32BE(event.data.length, start + DATA_LENGTH);
  target.writeUInt32BE(event.metadata.length, start + METADATA_LENGTH);
  target.set(event.data, dataStart);
  target.set(event.metadata, metadataStart);
  const trailer = end - RECORD_TRAILER_BYTES;
  target.writeUInt32BE(checksumOf(target.subarray(start, trailer), seed), trailer);
  target[end - 1] = END_MARK;
  return end;
}

/**
 * The length of the record at an offset, or 0 when its header is inconsistent. The lengths in it are redundant, so one
 * wrong bit in any of them is detected.
 *
 * @param at an offset followed by at least {@link RECORD_HEADER_BYTES}
 */
export function agreedLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at);
  const names = bytes.readUInt16BE(at + STREAM_LENGTH) + bytes.readUInt16BE(at + TYPE_LENGTH);
  const contents = bytes.readUInt32BE(at + DATA_LENGTH) + bytes.readUInt32BE(at + METADATA_LENGTH);
  const agrees = length === NAMES + names + contents + RECORD_TRAILER_BYTES;
  return agrees && (bytes[at + FLAGS] ?? 0) >> 4 === LAYOUT_VERSION ? length : 0;
}

/** Whether the record is intact, and was written at this place. */
export function isIntact(bytes: Buffer, at: number, length: number, seed: number): boolean {
  const end = at + length;
  const trailer = end - RECORD_TRAILER_BYTES;
  return bytes[end - 1] === END_MARK && bytes.readUInt32BE(trailer) === checksumOf(bytes.subarray(at, trailer), seed);
}

/** The position in a record's header; a number, because no log has 2^53 events. */
export function positionIn(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at + POSITION) * TWO_TO_32 + bytes.readUInt32BE(at + POSITION + 4);
}

/** Whether a flag of a record is set. */
export function hasFlag(bytes: Buffer, at: number, flag: number): boolean {
  return ((bytes[at + FLAGS] ?? 0) & flag) !== 0;
}
