import type { DescField, DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { isJsonObject } from '../../json/json-value.js';
import { isWellKnown } from '../../json/pruner.js';
import { queryValue } from './query-values.js';

/** A parsed query string: a repeated name has a list. */
export type QueryString = Readonly<Record<string, string | readonly string[]>>;

const MAX_DEPTH = 8; // of names with dots; those of the contract have at most two levels

/**
 * Turns a query string into the JSON of a request: `query.limit=10` becomes `{"query":{"limit":"10"}}`. Names are
 * lowerCamelCase or original, as in a body; unknown ones are ignored; a repeated field repeats its name.
 *
 * @throws ContractError an invalid value, or several values for a singular field
 */
export function jsonOfQuery(schema: DescMessage, query: QueryString): JsonObject {
  const json: JsonObject = {};
  for (const [name, value] of Object.entries(query)) {
    const path = name.split('.');
    if (path.length <= MAX_DEPTH) place(schema, json, path, typeof value === 'string' ? [value] : value, name);
  }
  return json;
}

function place(
  schema: DescMessage,
  json: JsonObject,
  [name, ...deeper]: readonly string[],
  values: readonly string[],
  fullName: string,
): void {
  const field = schema.fields.find((candidate) => candidate.jsonName === name || candidate.name === name);
  if (field === undefined) return;
  if (deeper.length === 0) {
    if (Object.hasOwn(json, field.jsonName))
      throw ContractError.invalidField(fullName, 'is given by both of its names');
    const value = fieldJson(field, values, fullName);
    if (value !== undefined) json[field.jsonName] = value;
  } else if (field.fieldKind === 'message' && !isWellKnown(field.message)) {
    const nested = json[field.jsonName];
    const child = nested !== undefined && isJsonObject(nested) ? nested : {};
    json[field.jsonName] = child;
    place(field.message, child, deeper, values, fullName);
  }
}

/** The JSON of a field; undefined for a field without a text form, which is ignored like an unknown name. */
function fieldJson(field: DescField, values: readonly string[], name: string): JsonValue | undefined {
  if (field.fieldKind === 'map' || (field.message !== undefined && !isWellKnown(field.message))) return undefined;
  const converted = values.map((value) => queryValue(field, value, name));
  if (field.fieldKind === 'list') return converted;
  if (converted.length > 1) throw ContractError.invalidField(name, `takes one value (got ${converted.length})`);
  return converted[0];
}
