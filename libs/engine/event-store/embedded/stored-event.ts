import { readUint64 } from '#libs/engine/kernel/uint64.js';
import type { RecordedEvent, WrittenEvent } from '../port/event-store.js';
import { ID_BYTES, readId } from './event-id.js';
import { hasFlag } from './record.js';
import {
  DATA_LENGTH,
  FLAGS,
  ID,
  LAYOUT_VERSION,
  METADATA_LENGTH,
  NAMES,
  RECORD_TRAILER_BYTES,
  RECORDED_AT,
  REVISION,
  RecordFlag,
  STREAM_LENGTH,
} from './record-layout.js';

/** The metadata parsed last: adjacent events of one append have the same metadata, so it is parsed once. */
let last: { readonly bytes: Buffer; readonly metadata: unknown } | undefined;

/**
 * A stored event. It keeps the bytes that its record is in, which have other records as well, and decodes each field on
 * access: a scan that reads types decodes only types. What has been decoded is kept, so all live subscribers share one
 * decoding. The fields are accessors of the class: spreading the event does not copy them.
 */
export class StoredEvent implements RecordedEvent {
  #stream: string | undefined;
  #type: string | undefined;
  #data: unknown;
  #metadata: unknown;

  /**
   * @param start of the record in the bytes
   * @param end of the record
   */
  constructor(
    readonly position: bigint,
    private readonly bytes: Buffer,
    private readonly start = 0,
    private readonly end = bytes.length,
  ) {
    const version = (bytes[start + FLAGS] ?? 0) >> 4;
    if (version !== LAYOUT_VERSION) {
      throw new Error(
        `the event at position ${position} has layout version ${version}, this program reads ${LAYOUT_VERSION}: use a newer version, or restore the data folder from a backup if it is damaged`,
      );
    }
  }

  /** Bytes that this event occupies. */
  get size(): number {
    return this.end - this.start;
  }

  get isJson(): boolean {
    return hasFlag(this.bytes, this.start, RecordFlag.json);
  }

  /** The index finds the event by its id permanently. */
  get isFindable(): boolean {
    return hasFlag(this.bytes, this.start, RecordFlag.findable);
  }

  get recordedAt(): number {
    return this.bytes.readUIntBE(this.start + RECORDED_AT, 6);
  }

  get id(): string {
    return readId(this.bytes, this.start + ID);
  }

  get idBytes(): Buffer {
    return this.bytes.subarray(this.start + ID, this.start + ID + ID_BYTES);
  }

  get revision(): bigint {
    return readUint64(this.bytes, this.start + REVISION);
  }

  get stream(): string {
    this.#stream ??= this.bytes.toString('utf8', this.#streamStart, this.#typeStart);
    return this.#stream;
  }

  /** Whether the stream's name begins with one of these; compares bytes, so that most events need not be decoded. */
  isOfStreamsWith(prefixes: readonly Uint8Array[]): boolean {
    return startsWithOneOf(this.bytes, this.#streamStart, this.#typeStart, prefixes);
  }

  /** Whether the type begins with one of these. */
  isOfTypesWith(prefixes: readonly Uint8Array[]): boolean {
    return startsWithOneOf(this.bytes, this.#typeStart, this.#dataStart, prefixes);
  }

  /** The stream's name in UTF-8. */
  get streamBytes(): Buffer {
    return this.bytes.subarray(this.#streamStart, this.#typeStart);
  }

  get type(): string {
    this.#type ??= this.bytes.toString('utf8', this.#typeStart, this.#dataStart);
    return this.#type;
  }

  /** The type in UTF-8. */
  get typeBytes(): Buffer {
    return this.bytes.subarray(this.#typeStart, this.#dataStart);
  }

  get dataBytes(): Buffer {
    return this.bytes.subarray(this.#dataStart, this.#metadataStart);
  }

  get metadataBytes(): Buffer {
    return this.bytes.subarray(this.#metadataStart, this.#metadataEnd);
  }

  get written(): WrittenEvent | undefined {
    if (!this.isJson) return undefined;
    return {
      bytes: this.bytes,
      idStart: this.start + ID,
      streamStart: this.#streamStart,
      typeStart: this.#typeStart,
      dataStart: this.#dataStart,
      metadataStart: this.#metadataStart,
      metadataEnd: this.#metadataEnd,
    };
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

  get #streamStart(): number {
    return this.start + NAMES;
  }

  get #typeStart(): number {
    return this.#streamStart + this.bytes.readUInt16BE(this.start + STREAM_LENGTH);
  }

  get #dataStart(): number {
    return this.#metadataStart - this.bytes.readUInt32BE(this.start + DATA_LENGTH);
  }

  get #metadataStart(): number {
    return this.#metadataEnd - this.bytes.readUInt32BE(this.start + METADATA_LENGTH);
  }

  get #metadataEnd(): number {
    return this.end - RECORD_TRAILER_BYTES;
  }

  #parseMetadata(): unknown {
    const [start, end] = [this.#metadataStart, this.#metadataEnd];
    if (last?.bytes.compare(this.bytes, start, end) === 0) return last.metadata;
    const metadata = this.#parse(start, end);
    last = { bytes: this.bytes.subarray(start, end), metadata };
    return metadata;
  }

  /** No bytes encode undefined. */
  #parse(start: number, end: number): unknown {
    return start === end ? undefined : JSON.parse(this.bytes.toString('utf8', start, end));
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
