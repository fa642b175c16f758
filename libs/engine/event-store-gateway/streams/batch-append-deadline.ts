import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';

/** Fields of BatchAppendReq.Options: a Timestamp, which older clients send, or a Duration from now on. */
const TIMESTAMP = 6;
const DURATION = 7;

const MS_PER_SECOND = 1_000;
const NS_PER_MS = 1_000_000;

/**
 * When it is too late to write an append, in milliseconds since 1970. A client that knows no deadline sends none, or one
 * so far away that it says nothing.
 *
 * @param options BatchAppendReq.Options
 * @param now when they came, in milliseconds since 1970
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

/** Reads google.protobuf.Timestamp and Duration, whose fields are the same: seconds and nanoseconds, both signed. */
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
