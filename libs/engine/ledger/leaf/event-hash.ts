import type { RecordedEvent, WrittenEvent } from '#libs/engine/event-store/port/event-store.js';
import { decimalText } from '#libs/engine/kernel/uint64.js';
import { writeUuidText } from '#libs/engine/kernel/uuid-text.js';
import { HASH_BYTES, hashInto, LEAF_PREFIX, leafInput } from '#libs/engine/transparency/merkle/hashes.js';
import { CanonicalCopy } from './canonical-copy.js';
import { type LeafEvent, leafOf } from './leaf.js';

/** Longer leaves are made by {@link leafOf}. All of these fit into an entry of a tile. */
const MAX_BYTES = 16_384;

/** More than the names of fields, the id, the revision and the punctuation take. */
const FRAME_BYTES = 256;

/** Views of the beginning of the input of a hash are kept up to this length: most leaves are shorter. */
const KEPT_VIEWS = 1_024;

const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OBJECT_END = 0x7d;

/** An event with the bytes that were written, where the store has them. */
export type HashedEvent = LeafEvent & Pick<RecordedEvent, 'written'>;

/** The hash of an event's leaf. */
export function eventHash(event: HashedEvent): Buffer {
  const hash = Buffer.alloc(HASH_BYTES);
  eventHashInto(hash, event);
  return hash;
}

/**
 * Writes the hash of an event's leaf: of what {@link leafOf} answers. Where the store has the bytes that were written,
 * they are put into order, which takes less time than parsing them and writing them again.
 */
export function eventHashInto(target: Buffer, event: HashedEvent): void {
  const { written } = event;
  const leaf = written && input.leafOf(written, event.revision);
  hashInto(target, 0, leaf ?? leafInput(leafOf(event)));
}

/** The input of the hash of a leaf. It is filled anew for each event. */
class LeafInput {
  readonly #bytes = Buffer.alloc(MAX_BYTES);
  readonly #copies = new CanonicalCopy(this.#bytes);
  readonly #views: (Uint8Array | undefined)[] = new Array(KEPT_VIEWS).fill(undefined);
  #end = 0;
  readonly #metadataBytes = Buffer.alloc(MAX_BYTES);
  readonly #metadataCopies = new CanonicalCopy(this.#metadataBytes);
  #lastMetadata: Buffer = Buffer.alloc(0);
  /** Whether the last metadata have been put into order; false: a parser has to read them. */
  #isOrdered = false;

  constructor() {
    this.#bytes[0] = LEAF_PREFIX;
  }

  /** The prefix and the leaf; undefined: it is none of those that are simple. */
  leafOf(written: WrittenEvent, revision: bigint): Uint8Array | undefined {
    const { bytes, idStart, streamStart, typeStart, dataStart, metadataStart, metadataEnd } = written;
    if (metadataEnd - streamStart > MAX_BYTES - FRAME_BYTES) return undefined;
    this.#end = 1;
    this.#put('{');
    if (!this.#data(bytes, dataStart, metadataStart)) return undefined;
    this.#put('"id":"');
    this.#end = writeUuidText(this.#bytes, this.#end, bytes, idStart);
    this.#put('",');
    if (!this.#metadata(bytes, metadataStart, metadataEnd)) return undefined;
    this.#put('"revision":"');
    this.#put(decimalText(revision));
    this.#put('","stream":"');
    if (!this.#text(bytes, streamStart, typeStart)) return undefined;
    this.#put('","type":"');
    if (!this.#text(bytes, typeStart, dataStart)) return undefined;
    this.#put('"');
    this.#bytes[this.#end++] = OBJECT_END;
    return this.#view(this.#end);
  }

  /** A field and the comma after it; nothing for a value that is not there. */
  #data(bytes: Buffer, start: number, end: number): boolean {
    if (start === end) return true;
    this.#put('"data":');
    if (!this.#copies.copy(bytes, start, end, this.#end)) return false;
    this.#end += end - start;
    this.#put(',');
    return true;
  }

  /** The same. The events of a command have the same metadata, which are put into order once. */
  #metadata(bytes: Buffer, start: number, end: number): boolean {
    if (start === end) return true;
    if (bytes.compare(this.#lastMetadata, 0, this.#lastMetadata.length, start, end) !== 0) {
      this.#lastMetadata = bytes.subarray(start, end);
      this.#isOrdered = this.#metadataCopies.copy(bytes, start, end, 0);
    }
    if (!this.#isOrdered) return false;
    this.#put('"metadata":');
    this.#metadataBytes.copy(this.#bytes, this.#end, 0, end - start);
    this.#end += end - start;
    this.#put(',');
    return true;
  }

  /** Appends text that was written. @returns false: it has to be escaped, or is not ASCII */
  #text(source: Buffer, start: number, textEnd: number): boolean {
    const bytes = this.#bytes;
    let end = this.#end;
    for (let at = start; at < textEnd; at += 1) {
      const byte = source[at] as number;
      if (byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE || byte === QUOTE || byte === BACKSLASH) return false;
      bytes[end++] = byte;
    }
    this.#end = end;
    return true;
  }

  /** Appends ASCII. */
  #put(text: string): void {
    const bytes = this.#bytes;
    const start = this.#end;
    for (let at = 0; at < text.length; at += 1) bytes[start + at] = text.charCodeAt(at);
    this.#end = start + text.length;
  }

  /** The bytes up to a length. */
  #view(length: number): Uint8Array {
    if (length >= KEPT_VIEWS) return this.#bytes.subarray(0, length);
    const view = this.#views[length] ?? this.#bytes.subarray(0, length);
    this.#views[length] = view;
    return view;
  }
}

const input = new LeafInput();
