import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

/** A field that is different; a value that is undefined is not there. */
export interface FieldChange {
  /** Names in JSON with dots between; an item of a list has its id as its name. */
  readonly field: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** The fields in which two messages differ, in alphabetical order; undefined is a message without fields. */
export function fieldChanges(before: JsonObject | undefined, after: JsonObject | undefined): readonly FieldChange[] {
  return [...changesIn('', before ?? {}, after ?? {})].toSorted((one, other) => (one.field < other.field ? -1 : 1));
}

type Value = JsonValue | undefined;

function* changesIn(path: string, before: JsonObject, after: JsonObject): Iterable<FieldChange> {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    yield* changesOf(path === '' ? name : `${path}.${name}`, before[name], after[name]);
  }
}

function* changesOf(field: string, before: Value, after: Value): Iterable<FieldChange> {
  if (before === after) return;
  const items = itemsOf(before, after);
  if (items !== undefined) yield* changesOfItems(field, ...items);
  else if (isObject(before ?? after) && isObject(after ?? before))
    yield* changesIn(field, object(before), object(after));
  else if (!isDeepStrictEqual(before, after)) yield { field, before, after };
}

/** An item that is added or removed is one change; one that is in both lists changes by its fields. */
function* changesOfItems(path: string, before: Items, after: Items): Iterable<FieldChange> {
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(id), after.get(id)];
    const field = `${path}.${id}`;
    if (one === other) continue;
    if (one !== undefined && other !== undefined) yield* changesIn(field, one, other);
    else yield { field, before: one, after: other };
  }
}

type Items = ReadonlyMap<string, JsonObject>;

/** Both lists by the ids of their items; undefined: they are no lists of items. */
function itemsOf(before: Value, after: Value): readonly [Items, Items] | undefined {
  const one = itemsIn(before ?? []);
  const other = itemsIn(after ?? []);
  const isList = Array.isArray(before) || Array.isArray(after);
  return isList && one !== undefined && other !== undefined ? [one, other] : undefined;
}

function itemsIn(value: JsonValue): Items | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = new Map<string, JsonObject>();
  for (const item of value) {
    const id = isObject(item) ? (item.id ?? item.secretId) : undefined;
    if (typeof id !== 'string') return undefined;
    items.set(id, item as JsonObject);
  }
  return items;
}

function isObject(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: Value): JsonObject {
  return isObject(value) ? value : {};
}
