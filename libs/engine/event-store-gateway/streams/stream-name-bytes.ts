import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';

/** Field numbers of the path to the name in a ReadReq: options, stream, stream identifier. */
const OPTIONS = 1;
const STREAM = 1;
const IDENTIFIER = 1;

/**
 * Clients write fields in ascending order, so the name is among the first. Scanning all fields would cost as much as
 * parsing.
 */
const MAX_SCANNED_FIELDS = 8;

/** Size of the stream name in a ReadReq, in bytes; 0 for a read of $all or a malformed message. */
export function streamNameBytes(request: Buffer): number {
  const options = fieldOf(request, OPTIONS);
  const stream = options && fieldOf(options, STREAM);
  return (stream && fieldOf(stream, IDENTIFIER))?.length ?? 0;
}

function fieldOf(message: Buffer, field: number): Buffer | undefined {
  try {
    const reader = new ProtobufReader(message);
    for (let looked = 0; looked < MAX_SCANNED_FIELDS && reader.next(); looked += 1) {
      if (reader.field === field) return reader.bytes();
    }
  } catch {
    // The generated parser reports what is malformed.
  }
  return undefined;
}
