import {
  create,
  type DescField,
  type DescMessage,
  type MessageInitShape,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf';
import { Edition, FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { textOf } from './cached-json.js';
import {
  enumWriter,
  plainList,
  plainObject,
  scalarWriter,
  type ValueWriter,
  writeStruct,
  writeText,
  writeTimestamp,
  zeroTest,
} from './encode-values.js';
import { isWellKnown } from './pruner.js';

type Values = Readonly<Record<string, unknown>>;
type MessageInit = MessageInitShape<DescMessage>;

/** Adds a field to the text of its message, which starts with a brace, unless the field is left out. */
type FieldWriter = (text: string, message: Values) => string;

const writers = new WeakMap<DescMessage, ValueWriter>();

/**
 * Compiles an encoder from the fields of an answer to JSON text: names in lowerCamelCase, zero values left out, 64-bit
 * integers as strings. It writes the text directly, without an intermediate message or JSON object.
 */
export function encoderOf<Desc extends DescMessage>(schema: Desc): (answer: MessageInitShape<Desc>) => string {
  const write = messageWriter(schema);
  return (answer) => {
    try {
      return write(answer);
    } catch {
      return encodePlainly(schema, answer); // protobuf-es encodes it, or describes the error
    }
  };
}

/** The encoder of protobuf-es: slower, and the reference for the output of the fast encoder. */
function encodePlainly(schema: DescMessage, init: MessageInit): string {
  return JSON.stringify(toJson(schema, create(schema, init)));
}

function messageWriter(schema: DescMessage): ValueWriter {
  const known = writers.get(schema);
  if (known !== undefined) return known;
  if (schema.typeName === 'google.protobuf.Timestamp') return writeTimestamp;
  if (isWellKnown(schema) || schema.file.edition !== Edition.EDITION_PROTO3) {
    return (value) => encodePlainly(schema, plainObject(value) as MessageInit);
  }
  let fields: readonly FieldWriter[] = [];
  const writeFields = (message: Values): string => {
    let text = '{';
    for (const field of fields) text = field(text, message);
    return `${text}}`;
  };
  const write: ValueWriter = (value) => textOf(plainObject(value), writeFields);
  writers.set(schema, write); // before its fields, because a message type may contain itself
  fields = schema.fields.toSorted((a, b) => a.number - b.number).map((field) => fieldWriter(schema, field));
  return write;
}

function fieldWriter(schema: DescMessage, field: DescField): FieldWriter {
  const { localName, jsonName } = field;
  const isStruct = isPlainStruct(field);
  if (isUnusual(field) && !isStruct) return alone(schema, field);
  const first = `${JSON.stringify(jsonName)}:`;
  const next = `,${first}`;
  const add = (text: string, json: string) => text + (text.length === 1 ? first : next) + json;
  if (field.fieldKind === 'list') {
    const write = listWriter(valueWriter(field));
    return (text, message) => {
      const list = plainList(message[localName] ?? []);
      return list.length === 0 ? text : add(text, write(list));
    };
  }
  if (field.fieldKind === 'map') {
    const write = mapWriter(valueWriter(field));
    return (text, message) => {
      const map = plainObject(message[localName] ?? {});
      return Object.keys(map).length === 0 ? text : add(text, write(map));
    };
  }
  const write = isStruct ? writeStruct : valueWriter(field);
  if (field.oneof !== undefined) {
    const oneof = field.oneof.localName;
    return (text, message) => {
      const chosen = message[oneof] as { readonly case?: unknown; readonly value?: unknown } | null | undefined;
      return chosen?.case === localName ? add(text, write(chosen.value)) : text;
    };
  }
  const isZero = leftOut(field);
  return (text, message) => {
    const value = message[localName];
    return value === undefined || value === null || isZero(value) ? text : add(text, write(value));
  };
}

/** Returns a predicate: whether a value of a singular field is left out although it is set. */
function leftOut(field: DescField): (value: unknown) => boolean {
  if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) return () => false;
  if (field.fieldKind === 'scalar') return zeroTest(field.scalar);
  const zero = field.enum?.values[0]?.number;
  return (value) => value === zero;
}

/** Fields whose values have a special form in answers: well-known messages, and null. */
function isUnusual(field: DescField): boolean {
  if (field.enum?.typeName === 'google.protobuf.NullValue') return true;
  const message = field.message;
  return message !== undefined && isWellKnown(message) && message.typeName !== 'google.protobuf.Timestamp';
}

/** A Struct is given as the JSON object that it stands for, and written as such. */
function isPlainStruct({ fieldKind, message, oneof }: DescField): boolean {
  return fieldKind === 'message' && oneof === undefined && message?.typeName === 'google.protobuf.Struct';
}

/** Encodes a field with protobuf-es, as the only field of a message; but a Value that is a text directly. */
function alone(schema: DescMessage, field: DescField): FieldWriter {
  const { localName, oneof } = field;
  const property = oneof?.localName ?? localName;
  const name = JSON.stringify(field.jsonName);
  const isValue = field.fieldKind === 'message' && field.message.typeName === 'google.protobuf.Value';
  return (text, message) => {
    const chosen = message[property];
    if (chosen === undefined) return text;
    const add = (json: string) => `${text}${text.length === 1 ? '' : ','}${name}:${json}`;
    const held = isValue && oneof === undefined ? textIn(chosen) : undefined;
    if (held !== undefined) return add(writeText(held));
    if (oneof !== undefined && (chosen as { readonly case?: unknown } | undefined)?.case !== localName) return text;
    const json = toJson(schema, create(schema, { [property]: chosen } as MessageInit)) as Values;
    const value = json[field.jsonName];
    return value === undefined ? text : add(JSON.stringify(value));
  };
}

/** The text that a Value holds; undefined: it holds something else. */
function textIn(value: unknown): string | undefined {
  const { kind } = plainObject(value) as { readonly kind?: { readonly case?: unknown; readonly value?: unknown } };
  return kind?.case === 'stringValue' && typeof kind.value === 'string' ? kind.value : undefined;
}

function valueWriter(field: DescField): ValueWriter {
  if (field.message !== undefined) return messageWriter(field.message);
  if (field.enum !== undefined) return enumWriter(field.enum);
  return scalarWriter(field.scalar ?? ScalarType.STRING);
}

function listWriter(write: ValueWriter): (list: readonly unknown[]) => string {
  return (list) => {
    let text = '[';
    for (const item of list) text += text.length === 1 ? write(item) : `,${write(item)}`;
    return `${text}]`;
  };
}

function mapWriter(write: ValueWriter): (map: Values) => string {
  return (map) => {
    let text = '{';
    for (const key of Object.keys(map)) {
      text += `${text.length === 1 ? '' : ','}${writeText(key)}:${write(map[key])}`;
    }
    return `${text}}`;
  };
}
