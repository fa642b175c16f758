import type { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { AppendResult, ExpectedRevision } from '#libs/engine/event-store/port/event-store.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';

/** Writes a position as `{ 1: commit, 2: prepare }`. Both are the position in $all. */
export function writePosition(to: ProtobufWriter, field: number, position: bigint): void {
  const before = to.length;
  if (position > 0n) {
    to.varint(2, position);
    to.varint(1, position);
  }
  to.nest(field, before);
}

/** Writes the Success of AppendResp or BatchAppendResp as a field. */
export function writeSuccess(to: ProtobufWriter, field: number, { revision, position }: AppendResult): void {
  const before = to.length;
  writePosition(to, 3, position < 0n ? 0n : position);
  if (revision < 0n) to.empty(2);
  else to.varint(1, revision);
  to.nest(field, before);
}

/** Encodes the AppendResp of a successful append. */
export function encodeAppended(result: AppendResult): Buffer {
  writeSuccess(writer, 1, result);
  return writer.finish();
}

/** Fields of AppendResp.WrongExpectedVersion by expected revision: the deprecated field, and its replacement. */
const EXPECTED_FIELDS = { any: [4, 9], streamExists: [5, 10], noStream: [undefined, 11] } as const;
/** The value of the deprecated field for "no stream". */
const DEPRECATED_NO_STREAM = -1n;

/**
 * Encodes the AppendResp of a revision conflict, with both the deprecated fields and their replacements, as
 * EventStoreDB does.
 */
export function encodeWrongExpectedVersion({ expected, actual }: RevisionConflictError): Buffer {
  if (typeof expected === 'bigint') {
    writer.varint(8, expected);
  } else writer.empty(EXPECTED_FIELDS[expected][1]);
  if (actual === 'noStream') writer.empty(7);
  else writer.varint(6, actual);
  writeDeprecatedExpected(expected);
  if (actual === 'noStream') writer.empty(2);
  else writer.varint(1, actual);
  const message = writer.finish();
  writer.bytes(2, message);
  return writer.finish();
}

function writeDeprecatedExpected(expected: ExpectedRevision): void {
  if (typeof expected === 'bigint') writer.varint(3, expected);
  else if (expected === 'noStream') writer.varint(3, DEPRECATED_NO_STREAM);
  else writer.empty(EXPECTED_FIELDS[expected][0]);
}

/** Encodes the DeleteResp or TombstoneResp. */
export function encodeDeleted(position: bigint): Buffer {
  writePosition(writer, 1, position);
  return writer.finish();
}

const writer = new ProtobufWriter();
