import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { LEAF_PREFIX, leafHash, sha256 } from '#libs/engine/transparency/merkle/hashes.js';
import { CanonicalCopy } from './canonical-copy.js';
import { type LeafEvent, leafOf } from './leaf.js';

/** Longer leaves are made by {@link leafOf}. All of these fit into an entry of a tile. */
const MAX_BYTES = 16_384;

/** More than the names of fields, the revision and the punctuation take. */
const FRAME_BYTES = 128;

const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OBJECT_END = 0x7d;

/** An event with the JSON that was written, where the store has it. */
export type HashedEvent = LeafEvent & Pick<RecordedEvent, 'json'>;

/**
 * The hash of an event's leaf: of what {@link leafOf} answers. Where the store has the JSON that was written, its bytes
 * are put into order, which takes less time than parsing it and writing it again.
 */
export function eventHash(event: HashedEvent): Buffer {
  const leaf = input.leafOf(event);
  return leaf === undefined ? leafHash(leafOf(event)) : sha256(leaf);
}

/** The input of the hash of a leaf. It is filled anew for each event. */
class LeafInput {
  readonly #bytes = Buffer.alloc(MAX_BYTES);
  readonly #copies = new CanonicalCopy(this.#bytes);
  #end = 0;
  readonly #metadataBytes = Buffer.alloc(MAX_BYTES);
  readonly #metadataCopies = new CanonicalCopy(this.#metadataBytes);
  #lastMetadata: Uint8Array = Buffer.alloc(0);
  /** In canonical order; undefined: a parser has to read them. */
  #orderedMetadata: Uint8Array | undefined;

  constructor() {
    this.#bytes[0] = LEAF_PREFIX;
  }

  /** The prefix and the leaf; undefined: it is none of those that are simple. */
  leafOf({ json, id, revision, stream, type }: HashedEvent): Uint8Array | undefined {
    if (json === undefined) return undefined;
    const { data, metadata } = json;
    if (data.length + metadata.length + id.length + stream.length + type.length > MAX_BYTES - FRAME_BYTES) {
      return undefined;
    }
    this.#end = 1;
    this.#put('{');
    const isWhole =
      this.#data(data) &&
      this.#text('"id":"', id) &&
      this.#metadata(metadata) &&
      this.#text('"revision":"', `${revision}`) &&
      this.#text('"stream":"', stream) &&
      this.#text('"type":"', type);
    if (!isWhole) return undefined;
    this.#bytes[this.#end - 1] = OBJECT_END; // In place of the comma.
    return this.#bytes.subarray(0, this.#end);
  }

  /** A field and the comma after it; nothing for a value that is not there. */
  #data(json: Uint8Array): boolean {
    if (json.length === 0) return true;
    this.#put('"data":');
    const end = this.#copies.copy(json, this.#end);
    if (end === undefined) return false;
    this.#end = end;
    return this.#put(',');
  }

  /** The same. The events of a command have the same metadata, which are put into order once. */
  #metadata(json: Uint8Array): boolean {
    if (json.length === 0) return true;
    if (Buffer.compare(json, this.#lastMetadata) !== 0) {
      this.#lastMetadata = json;
      const end = this.#metadataCopies.copy(json, 0);
      this.#orderedMetadata = end === undefined ? undefined : this.#metadataBytes.subarray(0, end);
    }
    if (this.#orderedMetadata === undefined) return false;
    this.#put('"metadata":');
    this.#bytes.set(this.#orderedMetadata, this.#end);
    this.#end += json.length;
    return this.#put(',');
  }

  /** A field and the comma after it. @returns false: the text has to be escaped, or is not ASCII */
  #text(name: string, value: string): boolean {
    this.#put(name);
    const isPlain = this.#put(value);
    this.#put('",');
    return isPlain;
  }

  /** Appends ASCII. @returns false: it has characters that a string of JSON must not have, or that are not ASCII */
  #put(text: string): boolean {
    const bytes = this.#bytes;
    const start = this.#end;
    let isPlain = true;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code < FIRST_PRINTABLE || code > LAST_PRINTABLE || code === QUOTE || code === BACKSLASH) isPlain = false;
      bytes[start + at] = code;
    }
    this.#end = start + text.length;
    return isPlain;
  }
}

const input = new LeafInput();
