import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';

/** Fields of BatchAppendReq.Options: a Timestamp, sent by older clients, or a Duration. */
const TIMESTAMP = 6;
const DURATION = 7;

const MS_PER_SECOND = 1_000;
const NS_PER_MS = 1_000_000;

/**
 * The deadline of a batch append, in milliseconds since 1970; infinite if none is sent.
 *
 * @param options BatchAppendReq.Options
 * @param now when the options arrived, in milliseconds since 1970
 */
export function deadlineOf(options: Buffer, now: number): number {
  const reader = new ProtobufReader(options);
  let deadline = Number.POSITIVE_INFINITY;
  while (reader.next()) {
    if (reader.field === TIMESTAMP) deadline = millisecondsOf(reader.bytes());
    else if (reader.field === DURATION) deadline = now + millisecondsOf(reader.bytes());
  }
  return deadline;
}

/** Decodes google.protobuf.Timestamp or Duration, which have the same fields: signed seconds and nanoseconds. */
function millisecondsOf(message: Buffer): number {
  const reader = new ProtobufReader(message);
  let seconds = 0n;
  let nanos = 0n;
  while (reader.next()) {
    if (reader.field === 1) seconds = BigInt.asIntN(64, reader.unsigned());
    else if (reader.field === 2) nanos = BigInt.asIntN(64, reader.unsigned());
  }
  return Number(seconds) * MS_PER_SECOND + Number(nanos) / NS_PER_MS;
}
