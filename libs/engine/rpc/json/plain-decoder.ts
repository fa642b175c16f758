import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  type MessageShape,
  ScalarType,
} from '@bufbuild/protobuf';
import { Edition } from '@bufbuild/protobuf/wkt';
import { isJsonObject, type Json, type JsonMap } from './json-value.js';
import { isWellKnown } from './pruner.js';

type Values = Record<string, unknown>;
type ValueReader = (json: Json, level: number) => unknown;

interface KnownField {
  /** The field's other name: a request must not give both. Undefined where both are the same. */
  readonly other: string | undefined;
  readonly set: (message: Values, json: Json, level: number) => void;
}

type MessageReader = (json: JsonMap, level: number) => Message;

const MAX_LEVELS = 16; // no request of the contract is nested this deep
const MAX_INT32 = 2 ** 31 - 1;
const MIN_INT32 = -(2 ** 31);
const MAX_UINT32 = 2 ** 32 - 1;

/** Thrown for a value in an uncommon form: the request is then decoded by the slow decoder. */
const UNUSUAL = new Error('a value that is not of its plain form');

const readers = new WeakMap<DescMessage, MessageReader>();

/**
 * Compiles a fast decoder from JSON to a message for the types in nearly all requests: strings, booleans, enums, 32-bit
 * integers, and messages and lists of these. It skips unknown fields and nulls.
 *
 * @returns the message, or undefined when the JSON holds an invalid value, or one in a rarer form
 */
export function plainDecoderOf<Desc extends DescMessage>(
  schema: Desc,
): (json: JsonMap) => MessageShape<Desc> | undefined {
  const read = messageReader(schema);
  return (json) => {
    try {
      return read(json, 0) as MessageShape<Desc>;
    } catch {
      return undefined;
    }
  };
}

function messageReader(schema: DescMessage): MessageReader {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  const fields = new Map<string, KnownField>();
  const read: MessageReader = (json, level) => {
    if (level >= MAX_LEVELS) return unusual();
    const message = create(schema);
    for (const name of Object.keys(json)) {
      const field = fields.get(name);
      const value = json[name];
      if (field === undefined || value === undefined) continue;
      if (field.other !== undefined && Object.hasOwn(json, field.other)) return unusual();
      if (value === null) continue;
      field.set(message as unknown as Values, value, level);
    }
    return message;
  };
  readers.set(schema, read); // before its fields, because a message type may contain itself
  for (const field of schema.fields) {
    const { name, jsonName } = field;
    const set = setter(field);
    fields.set(name, { set, other: name === jsonName ? undefined : jsonName });
    fields.set(jsonName, { set, other: name === jsonName ? undefined : name });
  }
  return read;
}

function setter(field: DescField): KnownField['set'] {
  const { localName, oneof } = field;
  const read = valueReader(field);
  if (field.fieldKind === 'list') {
    return (message, json, level) => {
      if (!Array.isArray(json)) return unusual();
      message[localName] = json.map((item) => read(item, level));
    };
  }
  if (oneof === undefined) {
    return (message, json, level) => {
      message[localName] = read(json, level);
    };
  }
  return (message, json, level) => {
    if ((message[oneof.localName] as { readonly case?: string }).case !== undefined) unusual();
    message[oneof.localName] = { case: localName, value: read(json, level) };
  };
}

function valueReader(field: DescField): ValueReader {
  const { message } = field;
  if (field.fieldKind === 'map' || field.parent.file.edition !== Edition.EDITION_PROTO3) return unusual;
  if (message !== undefined) {
    if (isWellKnown(message)) return unusual;
    const read = messageReader(message);
    return (json, level) => (isJsonObject(json) ? read(json, level + 1) : unusual());
  }
  if (field.enum !== undefined) {
    if (field.enum.typeName === 'google.protobuf.NullValue') return unusual;
    const values = new Map<Json, number>();
    for (const { name, number } of field.enum.values) values.set(name, number).set(number, number);
    return (json) => values.get(json) ?? unusual();
  }
  return scalarReader(field.scalar ?? ScalarType.BYTES);
}

function scalarReader(type: ScalarType): ValueReader {
  switch (type) {
    case ScalarType.STRING:
      return (json) => (typeof json === 'string' && json.isWellFormed() ? json : unusual());
    case ScalarType.BOOL:
      return (json) => (typeof json === 'boolean' ? json : unusual());
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return (json) => wholeNumber(json, MIN_INT32, MAX_INT32);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (json) => wholeNumber(json, 0, MAX_UINT32);
    default:
      return unusual;
  }
}

function wholeNumber(json: Json, min: number, max: number): number {
  if (!Number.isInteger(json)) return unusual();
  const number = json as number;
  return number >= min && number <= max ? number + 0 : unusual(); // turns -0 into 0
}

function unusual(): never {
  throw UNUSUAL;
}
