import type { DescField, DescMessage, JsonObject } from '@bufbuild/protobuf';
import { isJsonObject, type JsonMap } from './json-value.js';
import { type StrictValue, strictValue } from './strict-values.js';

/**
 * Returns a copy with only the known fields of the message, without nulls (null means the default), and with values in
 * their strict form. A field that is given by both of its names keeps both; the decoder refuses that.
 */
export type Pruner = (json: JsonMap) => JsonObject;

interface KnownField {
  /** The field's other name; undefined where both are the same. */
  readonly other: string | undefined;
  readonly strict: StrictValue;
}

const pruners = new WeakMap<DescMessage, Pruner>();

/**
 * Compiles a function that drops unknown fields, for use before a strict decoder: a decoder that ignores unknown fields
 * would also ignore unknown names of enum values.
 *
 * @param schema its fields are recognized by their lowerCamelCase name and by their original name
 */
export function prunerOf(schema: DescMessage): Pruner {
  const compiled = pruners.get(schema);
  if (compiled !== undefined) return compiled;
  const fields = new Map<string, KnownField>();
  const prune: Pruner = (json) => {
    const pruned: JsonMap = {};
    for (const name of Object.keys(json)) {
      const field = fields.get(name);
      const value = json[name];
      if (field === undefined || value === undefined) continue;
      const isDouble = field.other !== undefined && Object.hasOwn(json, field.other);
      if (value !== null || isDouble) pruned[name] = value === null ? null : field.strict(value);
    }
    return pruned as JsonObject;
  };
  pruners.set(schema, prune); // before its fields, because a message type may contain itself
  for (const field of schema.fields) {
    const { name, jsonName } = field;
    const strict = strictField(field);
    fields.set(name, { strict, other: name === jsonName ? undefined : jsonName });
    fields.set(jsonName, { strict, other: name === jsonName ? undefined : name });
  }
  return prune;
}

function strictField(field: DescField): StrictValue {
  const one = strictItem(field);
  if (field.fieldKind === 'list') return (value) => (Array.isArray(value) ? value.map(one) : one(value));
  if (field.fieldKind !== 'map') return one;
  return (value) => {
    if (!isJsonObject(value)) return one(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, one(item)]));
  };
}

function strictItem(field: DescField): StrictValue {
  const { message } = field;
  if (message === undefined || isWellKnown(message)) return strictValue(field);
  const prune = prunerOf(message);
  const plain = strictValue(field);
  return (value) => (isJsonObject(value) ? prune(value) : plain(value));
}

/** Messages such as Timestamp, whose JSON is not that of their fields. */
export function isWellKnown(message: DescMessage): boolean {
  return message.typeName.startsWith('google.protobuf.');
}
