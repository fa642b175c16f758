import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';

/** Where the name stands in a ReadReq: options, stream, its identifier. */
const OPTIONS = 1;
const STREAM = 1;
const IDENTIFIER = 1;

/** Clients write the fields in their order, so the name comes first. Looking further would cost as much as parsing. */
const MAX_FIELDS_LOOKED_AT = 8;

/** How many bytes of a ReadReq are the name of the stream to read; 0 when it reads $all or is no message. */
export function streamNameBytes(request: Buffer): number {
  const options = fieldOf(request, OPTIONS);
  const stream = options && fieldOf(options, STREAM);
  return (stream && fieldOf(stream, IDENTIFIER))?.length ?? 0;
}

function fieldOf(message: Buffer, field: number): Buffer | undefined {
  try {
    const reader = new ProtobufReader(message);
    for (let looked = 0; looked < MAX_FIELDS_LOOKED_AT && reader.next(); looked += 1) {
      if (reader.field === field) return reader.bytes();
    }
  } catch {
    // The parser says what is wrong with it.
  }
  return undefined;
}
