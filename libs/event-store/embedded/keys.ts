import { ID_BYTES } from './event-id.js';
import { readUint64, writeUint64 } from './uint64.js';

/**
 * Keys are big-endian, so that their byte order is their numeric order. A stream is known inside by its number, the
 * position of its first event: keys stay short however long the name is, and what belongs to a new stream lands at
 * the end of its table, where LMDB writes cheapest.
 */
export const positionKey = {
  writeKey(position: bigint, target: Buffer, start: number): number {
    return writeUint64(target, position, start);
  },
  readKey(source: Buffer, start: number): bigint {
    return readUint64(source, start);
  },
};

/** The place of an event in its stream. */
export interface StreamPlace {
  readonly streamNumber: bigint;
  readonly revision: bigint;
}

export const streamPlaceKey = {
  writeKey({ streamNumber, revision }: StreamPlace, target: Buffer, start: number): number {
    return writeUint64(target, revision, writeUint64(target, streamNumber, start));
  },
  readKey(source: Buffer, start: number): StreamPlace {
    return { streamNumber: readUint64(source, start), revision: readUint64(source, start + 8) };
  },
};

/** A stream's name, in UTF-8. */
export const nameKey = {
  writeKey(name: string, target: Buffer, start: number): number {
    return start + target.write(name, start);
  },
  readKey(source: Buffer, start: number, end: number): string {
    return source.toString('utf8', start, end);
  },
};

/** An event id within a stream: repeating an append is recognised in the stream that it was made to. */
export function idKey(streamNumber: bigint, id: Buffer): Buffer {
  const key = Buffer.allocUnsafe(8 + ID_BYTES);
  writeUint64(key, streamNumber, 0);
  id.copy(key, 8);
  return key;
}

/** A position as the value of a table. */
export const positionValue = {
  encode(position: bigint): Buffer {
    const value = Buffer.allocUnsafe(8);
    writeUint64(value, position, 0);
    return value;
  },
  decode(value: Buffer): bigint {
    return readUint64(value, 0);
  },
};
