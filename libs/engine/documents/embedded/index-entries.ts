import type { Collection, Index } from '../port/read-model.js';
import { SEPARATOR } from './document-keys.js';

/** What an entry holds of a value, in bytes: enough for two of the contract's longest names and ids beside them. */
export const MAX_INDEXED_BYTES = 800;

/** An absent value stands before every text. */
const ABSENT = '\x01';
const TEXT = '\x02';
/** Ends a text that is not held whole, which is then like no text that is. */
const CUT = '\x03';

/** The names in each path that has been asked for: there are as many as indexes and orders have fields. */
const namesInPath = new Map<string, readonly string[]>();

/** The value at a path of names with dots, or undefined. */
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

/** Whether an entry holds the whole text, so that entries which are alike stand for texts that are. */
export function isHeldWhole(text: string): boolean {
  const fits = Buffer.byteLength(text) <= MAX_INDEXED_BYTES && !text.endsWith(CUT);
  return fits && text.isWellFormed() && !text.includes(SEPARATOR);
}

/** A text, or its absence, as a part of a key; keys sort as the texts do by their UTF-8 bytes. */
export function indexPart(value: string | undefined): string {
  if (value === undefined) return ABSENT;
  if (isHeldWhole(value)) return TEXT + value;
  const bytes = Buffer.from(value.replaceAll(SEPARATOR, ABSENT)).subarray(0, MAX_INDEXED_BYTES);
  return TEXT + bytes.toString('utf8') + CUT;
}

/** The name of an index as a part of a key, from its place in the collection's list. */
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
    const parts = fields.map((field) => indexPart(textAt(collection, document, field)));
    return Buffer.from([collection.name, indexName(place), ...parts, id].join(SEPARATOR));
  });
}

function textAt(collection: Collection<object>, document: object, field: string): string | undefined {
  const value = valueAt(document, field);
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new RangeError(`${collection.name} has an index on ${field}, which must be a text (got ${typeof value})`);
}
