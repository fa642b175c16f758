import type { RecordedEvent } from '../port/event-store.js';
import { ID_BYTES, writeId } from './event-id.js';
import { readUint64, writeUint64 } from './uint64.js';

/**
 * An event as it lies in the events table, big-endian:
 *
 *     0  u8   flags: bit 0 = data and metadata are JSON; bits 4–7 = version of this layout
 *     1  u48  recorded at, milliseconds since 1970
 *     7  16   event id
 *    23  u64  revision
 *    31  u16  bytes of the stream name
 *    33  u16  bytes of the type
 *    35  u32  bytes of the data
 *    39       stream name, type, data, metadata (the rest)
 *
 * The layout is frozen: a change is a new version, and the old one stays readable.
 */
const LAYOUT_VERSION = 1;
const FLAG_JSON = 1;
const RECORDED_AT = 1;
const ID = 7;
const REVISION = 23;
const STREAM_LENGTH = 31;
const TYPE_LENGTH = 33;
const DATA_LENGTH = 35;
const NAMES = 39;

/** The latest time that a record holds, in milliseconds since 1970. */
export const MAX_RECORDED_AT = 2 ** 48 - 1;

/** An event on its way into the log: data and metadata are bytes, JSON or not. */
export interface EventBytes {
  /** A UUID in canonical lower-case form. */
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** Where and when an event is stored. */
export interface Placement {
  readonly stream: string;
  readonly revision: bigint;
  readonly recordedAt: number;
}

/** Writes an event as the bytes that the events table holds. */
export function encodeRecord(event: EventBytes, { stream, revision, recordedAt }: Placement): Buffer {
  const streamLength = Buffer.byteLength(stream);
  const typeLength = Buffer.byteLength(event.type);
  const dataStart = NAMES + streamLength + typeLength;
  const record = Buffer.allocUnsafe(dataStart + event.data.length + event.metadata.length);
  record[0] = (LAYOUT_VERSION << 4) | (event.isJson ? FLAG_JSON : 0);
  record.writeUIntBE(recordedAt, RECORDED_AT, 6);
  writeId(record, event.id, ID);
  writeUint64(record, revision, REVISION);
  record.writeUInt16BE(streamLength, STREAM_LENGTH);
  record.writeUInt16BE(typeLength, TYPE_LENGTH);
  record.writeUInt32BE(event.data.length, DATA_LENGTH);
  record.write(stream, NAMES);
  record.write(event.type, NAMES + streamLength);
  record.set(event.data, dataStart);
  record.set(event.metadata, dataStart + event.data.length);
  return record;
}

/** How the events table holds a record: as it is. What LMDB hands out is valid only for the moment, so it is copied. */
export const recordValue = {
  encode(record: Buffer): Buffer {
    return record;
  },
  decode(bytes: Uint8Array): Buffer {
    const record = Buffer.allocUnsafe(bytes.length);
    record.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    return record;
  },
};

/** The metadata parsed last: events of one append stand side by side and have the same, so it is parsed once. */
let last: { readonly record: Buffer; readonly start: number; readonly metadata: unknown } | undefined;

/**
 * A stored event. It keeps the record's bytes and decodes a field when it is asked for: a scan that looks at types
 * alone pays for types alone. The parsed data is kept, so that all live subscribers share one parse. The fields are
 * accessors of the class: name those you need rather than spreading the event.
 */
export class StoredEvent implements RecordedEvent {
  #data: unknown;
  #metadata: unknown;

  constructor(
    readonly position: bigint,
    private readonly record: Buffer,
  ) {
    if ((record[0] ?? 0) >> 4 !== LAYOUT_VERSION) {
      throw new Error(
        `the event at position ${position} has layout version ${(record[0] ?? 0) >> 4}, this program reads ${LAYOUT_VERSION}: use a newer version, or restore the data folder from a backup if it is damaged`,
      );
    }
  }

  /** Bytes that this event occupies. */
  get size(): number {
    return this.record.length;
  }

  get isJson(): boolean {
    return ((this.record[0] ?? 0) & FLAG_JSON) !== 0;
  }

  get recordedAt(): number {
    return this.record.readUIntBE(RECORDED_AT, 6);
  }

  get id(): string {
    const hex = this.record.toString('hex', ID, ID + ID_BYTES);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  get idBytes(): Buffer {
    return this.record.subarray(ID, ID + ID_BYTES);
  }

  get revision(): bigint {
    return readUint64(this.record, REVISION);
  }

  get stream(): string {
    return this.record.toString('utf8', NAMES, this.#typeStart);
  }

  /** Whether the stream's name begins with one of these; compares bytes, so that most events need not be decoded. */
  isOfStreamsWith(prefixes: readonly Uint8Array[]): boolean {
    return startsWithOneOf(this.record, NAMES, this.#typeStart, prefixes);
  }

  /** Whether the type begins with one of these. */
  isOfTypesWith(prefixes: readonly Uint8Array[]): boolean {
    return startsWithOneOf(this.record, this.#typeStart, this.#dataStart, prefixes);
  }

  /** The stream's name in UTF-8. */
  get streamBytes(): Buffer {
    return this.record.subarray(NAMES, this.#typeStart);
  }

  get type(): string {
    return this.record.toString('utf8', this.#typeStart, this.#dataStart);
  }

  /** The type in UTF-8. */
  get typeBytes(): Buffer {
    return this.record.subarray(this.#typeStart, this.#dataStart);
  }

  get dataBytes(): Buffer {
    return this.record.subarray(this.#dataStart, this.#metadataStart);
  }

  get metadataBytes(): Buffer {
    return this.record.subarray(this.#metadataStart);
  }

  get data(): unknown {
    this.#data ??= this.isJson ? this.#parse(this.#dataStart, this.#metadataStart) : this.dataBytes;
    return this.#data;
  }

  get metadata(): unknown {
    this.#metadata ??= this.isJson ? this.#parseMetadata() : this.metadataBytes;
    return this.#metadata;
  }

  /** The event as a plain object, which is also what JSON.stringify and a log line show (bigint as decimal strings). */
  toJSON(): object {
    const { id, stream, type, data, metadata, recordedAt } = this;
    return { id, stream, revision: `${this.revision}`, position: `${this.position}`, type, data, metadata, recordedAt };
  }

  get #typeStart(): number {
    return NAMES + this.record.readUInt16BE(STREAM_LENGTH);
  }

  get #dataStart(): number {
    return this.#typeStart + this.record.readUInt16BE(TYPE_LENGTH);
  }

  get #metadataStart(): number {
    return this.#dataStart + this.record.readUInt32BE(DATA_LENGTH);
  }

  #parseMetadata(): unknown {
    const start = this.#metadataStart;
    const { record } = this;
    if (last?.record.compare(record, start, record.length, last.start) === 0) return last.metadata;
    const metadata = this.#parse(start, record.length);
    last = { record, start, metadata };
    return metadata;
  }

  /** No bytes at all stand for a value that was never given. */
  #parse(start: number, end: number): unknown {
    return start === end ? undefined : JSON.parse(this.record.toString('utf8', start, end));
  }
}

/** Whether a part of a record begins with one of these. */
function startsWithOneOf(record: Buffer, start: number, end: number, prefixes: readonly Uint8Array[]): boolean {
  return prefixes.some((prefix) => {
    if (end - start < prefix.length) return false;
    for (let i = 0; i < prefix.length; i += 1) {
      if (record[start + i] !== prefix[i]) return false;
    }
    return true;
  });
}
