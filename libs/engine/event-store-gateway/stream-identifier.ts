import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';

const STREAM_NAME = 3;

/** The stream name in an encoded StreamIdentifier. */
export function decodeStreamIdentifier(identifier: Buffer): string {
  const reader = new ProtobufReader(identifier);
  let name = '';
  while (reader.next()) if (reader.field === STREAM_NAME) name = reader.text();
  return name;
}

/** The stream name in a StreamIdentifier of the generated messages; empty if it is missing. */
export function streamNameOf(identifier: { getStreamName_asU8(): Uint8Array } | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
}
