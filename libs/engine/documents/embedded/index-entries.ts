import type { Collection, Index } from '../port/read-model.js';
import { SEPARATOR } from './document-keys.js';

/** The longest part of a value that an entry holds, in bytes: two of the contract's longest names and two ids fit in a key. */
export const MAX_INDEXED_BYTES = 800;

/** An absent value sorts before every text. */
const ABSENT = '\x01';
const TEXT = '\x02';
/** Ends a text that is shortened, so that it never equals a complete one. */
const CUT = '\x03';

/** The split paths. Their number is limited: only fields of indexes and sort orders are looked up. */
const namesInPath = new Map<string, readonly string[]>();

/** The value at a dotted path, or undefined. */
export function valueAt(document: object, path: string): unknown {
  let names = namesInPath.get(path);
  if (names === undefined) {
    names = path.split('.');
    namesInPath.set(path, names);
  }
  let value: unknown = document;
  for (const name of names) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Whether an entry holds the complete text, so that equal entries mean equal texts. */
export function isHeldWhole(text: string): boolean {
  const fits = Buffer.byteLength(text) <= MAX_INDEXED_BYTES && !text.endsWith(CUT);
  return fits && text.isWellFormed() && !text.includes(SEPARATOR);
}

/** Encodes a text or its absence as a part of a key. Keys sort by the UTF-8 bytes of the texts. */
export function indexPart(value: string | undefined): string {
  if (value === undefined) return ABSENT;
  if (isHeldWhole(value)) return TEXT + value;
  const bytes = Buffer.from(value.replaceAll(SEPARATOR, ABSENT)).subarray(0, MAX_INDEXED_BYTES);
  return TEXT + bytes.toString('utf8') + CUT;
}

/** The name of an index as a part of a key: its place in the collection's list of indexes. */
export function indexName(place: number): string {
  return place.toString(36);
}

/**
 * The keys of a document's entries, one for each index.
 *
 * @throws RangeError a value is neither a text nor absent
 */
export function entriesOf(
  collection: Collection<object>,
  indexes: readonly Index[],
  id: string,
  document: object | undefined,
): readonly Buffer[] {
  if (document === undefined) return [];
  return indexes.map((fields, place) => {
    let key = collection.name + SEPARATOR + indexName(place);
    for (const field of fields) key += SEPARATOR + indexPart(textAt(collection, document, field));
    return Buffer.from(key + SEPARATOR + id);
  });
}

function textAt(collection: Collection<object>, document: object, field: string): string | undefined {
  const value = valueAt(document, field);
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new RangeError(`${collection.name} has an index on ${field}, which must be a text (got ${typeof value})`);
}
