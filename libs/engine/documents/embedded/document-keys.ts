import { isDocumentId } from '../port/document-id.js';
import type { Collection } from '../port/read-model.js';

/** The longest key that LMDB accepts, in bytes; the collection's name and a separator are part of the key. */
export const MAX_KEY_BYTES = 1978;

/** Separates the parts of a key; no part contains it. */
export const SEPARATOR = '\0';

/** The key of a document, or undefined for an id that no document can have. */
export function keyOf(collection: Collection<object>, id: string): Buffer | undefined {
  if (id.length > MAX_KEY_BYTES || !isDocumentId(id)) return undefined;
  const key = Buffer.from(collection.name + SEPARATOR + id);
  return key.length > MAX_KEY_BYTES ? undefined : key;
}

/**
 * The key under which a document is written.
 *
 * @throws RangeError no document can have the id
 */
export function keyToWrite(collection: Collection<object>, id: string): Buffer {
  const key = keyOf(collection, id);
  if (key === undefined) {
    const start = JSON.stringify(id.slice(0, 40));
    throw new RangeError(
      `an id in ${collection.name} must be well-formed Unicode without NUL, with the collection's name at most ` +
        `${MAX_KEY_BYTES - 1} bytes (got ${id.length} characters, starting with ${start})`,
    );
  }
  return key;
}

/** A range of keys. */
export interface KeyRange {
  readonly start: Buffer;
  /** Exclusive. */
  readonly end: Buffer;
}

/** The range of all keys that start with the parts, each followed by the separator. */
export function rangeOf(...parts: readonly string[]): KeyRange {
  const start = Buffer.from(parts.map((part) => part + SEPARATOR).join(''));
  const end = Buffer.from(start);
  end[end.length - 1] = SEPARATOR.charCodeAt(0) + 1;
  return { start, end };
}

/** The rest of a range after one of its keys, in reading direction. */
export function rangeBeyond({ start, end }: KeyRange, key: Buffer, backwards: boolean): KeyRange {
  return backwards ? { start, end: key } : { start: Buffer.concat([key, Buffer.of(0)]), end };
}

/** The last part of a key: the document's id. */
export function idIn(key: Buffer): string {
  return key.toString('utf8', key.lastIndexOf(SEPARATOR.charCodeAt(0)) + 1);
}
