import {
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf';
import { textViolation } from '#libs/engine/contract/field-rules.js';
import { isJsonObject } from './json-value.js';
import { isWellKnown } from './pruner.js';
import { integerRanges } from './strict-values.js';

/** A field that cannot be decoded. */
export interface InvalidField {
  /** Its path, such as `queries[0].nameQuery.method`. */
  readonly field: string;
  /** What it must be. */
  readonly rule: string;
}

const MAX_DEPTH = 32; // more than twice the depth of the contract's messages

/**
 * Finds the field that cannot be decoded, because the decoder's own errors name internals of its implementation. It is
 * called only after decoding has failed, so it may be slow: it decodes each field separately.
 *
 * @param json the output of the pruner
 */
export function invalidFieldIn(schema: DescMessage, json: JsonObject): InvalidField {
  return invalidIn(schema, json, '', 0) ?? { field: 'body', rule: 'cannot be read' };
}

function invalidIn(schema: DescMessage, json: JsonObject, path: string, depth: number): InvalidField | undefined {
  const names = new Map<DescField, string>();
  for (const [name, value] of Object.entries(json)) {
    const field = schema.fields.find((candidate) => candidate.jsonName === name || candidate.name === name);
    if (field === undefined) continue;
    const at = `${path}${name}`;
    const other = names.get(field);
    if (other !== undefined) return { field: at, rule: `is the same field as ${other}: give one of them` };
    names.set(field, name);
    if (!decodes(schema, { [name]: value })) return invalidValue(field, value, at, depth);
  }
  return invalidOneof(names, path);
}

/** The error in a field's value, with the deepest path that can be found. */
function invalidValue(field: DescField, value: JsonValue, at: string, depth: number): InvalidField {
  const message = field.fieldKind === 'message' || field.fieldKind === 'list' ? field.message : undefined;
  const wrong = { field: at, rule: `must be ${wanted(field)}` };
  if (typeof value === 'string' && wanted(field) === 'a string') {
    return { field: at, rule: textViolation(value) ?? wrong.rule };
  }
  if (message === undefined || isWellKnown(message) || depth >= MAX_DEPTH) return wrong;
  if (field.fieldKind === 'message') {
    return isJsonObject(value) ? (invalidIn(message, value, `${at}.`, depth + 1) ?? wrong) : wrong;
  }
  if (!Array.isArray(value)) return wrong;
  const index = value.findIndex((item) => !decodes(message, item));
  const item = value[index];
  if (item === undefined) return wrong;
  const notAnObject = { field: `${at}[${index}]`, rule: 'must be an object' };
  return isJsonObject(item) ? (invalidIn(message, item, `${at}[${index}].`, depth + 1) ?? wrong) : notAnObject;
}

function decodes(schema: DescMessage, json: JsonValue): boolean {
  try {
    fromJson(schema, json);
    return true;
  } catch {
    return false;
  }
}

/** The error for two fields that exclude each other. */
function invalidOneof(names: ReadonlyMap<DescField, string>, path: string): InvalidField | undefined {
  for (const [field, name] of names) {
    const rival = [...names].find(([other]) => other !== field && other.oneof === field.oneof && field.oneof);
    if (rival !== undefined) return { field: `${path}${name}`, rule: `cannot stand beside ${path}${rival[1]}` };
  }
  return undefined;
}

/** Describes the valid values of a field in words. */
export function wanted(field: DescField): string {
  switch (field.fieldKind) {
    case 'scalar':
      return wantedScalar(field.scalar);
    case 'enum':
      return `one of ${field.enum.values.map(({ name, number }) => `${name} (${number})`).join(', ')}`;
    case 'message':
      return wantedMessage(field.message);
    case 'list':
      return `a list, each item ${field.listKind === 'scalar' ? wantedScalar(field.scalar) : wantedItem(field)}`;
    case 'map':
      return 'an object';
  }
}

function wantedItem(field: DescField & { fieldKind: 'list' }): string {
  return field.message === undefined ? 'a value of its enum' : wantedMessage(field.message);
}

function wantedMessage({ typeName }: DescMessage): string {
  if (typeName === 'google.protobuf.Timestamp') return 'a time such as 2024-04-10T04:31:16.326Z';
  return typeName === 'google.protobuf.Duration' ? 'a duration such as 1.5s' : 'an object';
}

function wantedScalar(scalar: ScalarType): string {
  const range = integerRanges[scalar];
  if (range !== undefined) return `a whole number from ${range.min} to ${range.max}`;
  switch (scalar) {
    case ScalarType.BOOL:
      return 'true or false';
    case ScalarType.BYTES:
      return 'base64 text';
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 'a number';
    default:
      return 'a string';
  }
}
