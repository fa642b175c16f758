import type { DescField, DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';

/** Answers a copy that holds only the fields which the message has, and no nulls (null means the default). */
export type Pruner = (json: JsonObject) => JsonObject;

interface KnownField {
  /** Set for messages and lists of messages, which are pruned in depth, and for times. */
  readonly nested: ((value: JsonValue) => JsonValue) | undefined;
}

const pruners = new WeakMap<DescMessage, Pruner>();

/**
 * Compiles the dropping of unknown fields. It stands before a strict decoder: one that ignores unknown fields by
 * itself would ignore unknown names of enum values too.
 *
 * @param schema fields are known by their lowerCamelCase and by their original name
 */
export function prunerOf(schema: DescMessage): Pruner {
  const compiled = pruners.get(schema);
  if (compiled !== undefined) return compiled;
  const fields = new Map<string, KnownField>();
  const prune: Pruner = (json) => {
    const pruned: JsonObject = {};
    for (const name of Object.keys(json)) {
      const field = fields.get(name);
      const value = json[name];
      if (field === undefined || value === null || value === undefined) continue;
      pruned[name] = field.nested === undefined ? value : field.nested(value);
    }
    return pruned;
  };
  pruners.set(schema, prune); // before its fields, so that a message may hold its own kind
  for (const field of schema.fields) {
    const known = { nested: nestedPruner(field) };
    fields.set(field.name, known).set(field.jsonName, known);
  }
  return prune;
}

function nestedPruner(field: DescField): KnownField['nested'] {
  const message = field.fieldKind === 'message' || field.fieldKind === 'list' ? field.message : undefined;
  if (message?.typeName === TIMESTAMP) return refusable;
  if (message === undefined || isWellKnown(message)) return undefined;
  const prune = prunerOf(message);
  const pruneOne = (value: JsonValue) => (isJsonObject(value) ? prune(value) : value);
  if (field.fieldKind === 'message') return pruneOne;
  return (value) => (Array.isArray(value) ? value.map(pruneOne) : value);
}

const TIMESTAMP = 'google.protobuf.Timestamp';
const DAY_AND_HOUR = /^(\d{4}-\d{2}-(\d{2}))T(\d{2})/;

/** A time on a day that no calendar has, as nothing: the decoder would take February 30 for a day in March. */
function refusable(value: JsonValue): JsonValue {
  const [, date, day, hour] = (typeof value === 'string' ? DAY_AND_HOUR.exec(value) : undefined) ?? [];
  if (date === undefined) return value;
  return new Date(date).getUTCDate() === Number(day) && hour !== '24' ? value : '';
}

/** Messages such as Timestamp, whose JSON is not that of their fields. */
export function isWellKnown(message: DescMessage): boolean {
  return message.typeName.startsWith('google.protobuf.');
}

/** Says whether a JSON value is an object: not a list, not null. */
export function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
