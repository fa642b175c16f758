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
  const changes: FieldChange[] = [];
  addFields(changes, '', before ?? NO_FIELDS, after ?? NO_FIELDS);
  return changes.sort((one, other) => (one.field < other.field ? -1 : 1));
}

type Value = JsonValue | undefined;

const NO_FIELDS: JsonObject = {};

/** Adds the fields in which two messages differ. @param prefix of their names */
function addFields(changes: FieldChange[], prefix: string, before: JsonObject, after: JsonObject): void {
  for (const name of Object.keys(before)) {
    if (before[name] !== after[name]) addValue(changes, prefix + name, before[name], after[name]);
  }
  for (const name of Object.keys(after)) {
    if (before[name] === undefined) addValue(changes, prefix + name, undefined, after[name]);
  }
}

function addValue(changes: FieldChange[], field: string, before: Value, after: Value): void {
  if (before === after) return;
  const items = itemsOf(before, after);
  if (items !== undefined) addItems(changes, `${field}.`, ...items);
  else if (isObject(before ?? after) && isObject(after ?? before))
    addFields(changes, `${field}.`, object(before), object(after));
  else if (!isDeepStrictEqual(before, after)) changes.push({ field, before, after });
}

/** An item that is added or removed is one change; one that is in both lists changes by its fields. */
function addItems(changes: FieldChange[], prefix: string, before: Items, after: Items): void {
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(id), after.get(id)];
    if (one === other) continue;
    if (one !== undefined && other !== undefined) addFields(changes, `${prefix}${id}.`, one, other);
    else changes.push({ field: prefix + id, before: one, after: other });
  }
}

type Items = ReadonlyMap<string, JsonObject>;

/** Both lists by the ids of their items; undefined: they are no lists of items. */
function itemsOf(before: Value, after: Value): readonly [Items, Items] | undefined {
  if (!Array.isArray(before) && !Array.isArray(after)) return undefined;
  const one = itemsIn(before ?? []);
  const other = itemsIn(after ?? []);
  return one !== undefined && other !== undefined ? [one, other] : undefined;
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
  return isObject(value) ? value : NO_FIELDS;
}
