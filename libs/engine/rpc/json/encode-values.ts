import { type DescEnum, ScalarType } from '@bufbuild/protobuf';

/**
 * Writes a value as JSON text.
 *
 * @throws Error the value does not fit the field's type; protobuf-es then encodes the message
 */
export type ValueWriter = (value: unknown) => string;

/** Thrown for a value in an uncommon form: protobuf-es then encodes the answer, or describes the error. */
const UNUSUAL = new Error('a value that is not of its plain form');

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;
const NANOS_PER_SECOND = 1_000_000_000;
const NANO_DIGITS = 9;
const SECONDS_PER_DAY = 86_400;
const SECONDS_PER_HOUR = 3_600;
const SECONDS_PER_MINUTE = 60;

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** Returns the writer for values of a scalar type. */
export function scalarWriter(type: ScalarType): ValueWriter {
  switch (type) {
    case ScalarType.STRING:
      return writeText;
    case ScalarType.BOOL:
      return (value) => (typeof value === 'boolean' ? `${value}` : unusual());
    case ScalarType.BYTES:
      return (value) => (value instanceof Uint8Array ? `"${base64(value)}"` : unusual());
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (value) => (typeof value === 'number' ? decimal(value) : unusual());
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (value) => (typeof value === 'number' && Number.isFinite(value) ? `${value}` : unusual());
    default:
      return (value) => (typeof value === 'bigint' ? `"${value}"` : longText(value));
  }
}

/** Returns a predicate for a scalar type: whether a value is its default, which is left out of the JSON. */
export function zeroTest(type: ScalarType): (value: unknown) => boolean {
  switch (type) {
    case ScalarType.STRING:
      return (value) => value === '';
    case ScalarType.BOOL:
      return (value) => value === false;
    case ScalarType.BYTES:
      return (value) => value instanceof Uint8Array && value.length === 0;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (value) => Object.is(value, 0);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (value) => value === 0; // true for -0 as well
    default:
      return (value) => value === 0n || (typeof value !== 'bigint' && Number(value) === 0);
  }
}

/** Writes an enum value as its name, or as its number if it has no name. */
export function enumWriter({ values }: DescEnum): ValueWriter {
  const names = new Map<unknown, string>(values.map(({ number, jsonName }) => [number, JSON.stringify(jsonName)]));
  return (value) => names.get(value) ?? (Number.isInteger(value) ? `${value}` : unusual());
}

/** Writes a Timestamp: RFC 3339 in UTC with no, three, six or nine decimals. */
export function writeTimestamp(value: unknown): string {
  const { seconds = 0n, nanos = 0 } = plainObject(value);
  if (typeof seconds !== 'bigint' || typeof nanos !== 'number') return unusual();
  const second = Number(seconds);
  if (second < FIRST_SECOND || second > LAST_SECOND) return unusual();
  if (!Number.isInteger(nanos) || nanos < 0 || nanos >= NANOS_PER_SECOND) return unusual();
  return `"${clockText(second)}${decimals(nanos)}Z"`;
}

/** Writes a Struct, which is given as a JSON object. */
export function writeStruct(value: unknown): string {
  const fields = plainObject(value);
  if (!isPlain(fields)) return unusual();
  let text = '{';
  for (const name of Object.keys(fields)) {
    text += `${text.length === 1 ? '' : ','}${writeText(name)}:${writeJson(fields[name])}`;
  }
  return `${text}}`;
}

/** Writes a value of JSON. */
function writeJson(value: unknown): string {
  if (typeof value === 'string') return writeText(value);
  if (value === null || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : unusual();
  return Array.isArray(value) ? `[${value.map(writeJson).join(',')}]` : writeStruct(value);
}

/** An object as JSON.parse makes it, and no message. */
function isPlain(fields: Readonly<Record<string, unknown>>): boolean {
  return Object.getPrototypeOf(fields) === Object.prototype && !('$typeName' in fields);
}

/** Writes a text. */
export function writeText(value: unknown): string {
  if (typeof value !== 'string') return unusual();
  return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
}

/** The fields of a message. @throws Error the value is not an object, or is a list */
export function plainObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return unusual();
  return value as Readonly<Record<string, unknown>>;
}

/** A list. */
export function plainList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : unusual();
}

function unusual(): never {
  throw UNUSUAL;
}

/** Characters that JSON escapes: control characters, quotation marks, backslashes, surrogates. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** Numbers as texts, with leading zeros. */
const twoDigits = Array.from({ length: 100 }, (_, number) => `${number}`.padStart(2, '0'));
const threeDigits = Array.from({ length: 1_000 }, (_, number) => `${number}`.padStart(3, '0'));

/** Cache of the last formatted day, because Date takes ten times as long for a day as the rest of a timestamp takes. */
let lastDay = 0;
let lastDate = '1970-01-01T';

/** Date and time of day without decimals. */
function clockText(second: number): string {
  const day = Math.floor(second / SECONDS_PER_DAY);
  if (day !== lastDay) {
    lastDate = new Date(day * SECONDS_PER_DAY * MS_PER_SECOND).toISOString().slice(0, lastDate.length);
    lastDay = day;
  }
  const ofDay = second - day * SECONDS_PER_DAY;
  const hour = twoDigits[Math.floor(ofDay / SECONDS_PER_HOUR)];
  const minute = twoDigits[Math.floor(ofDay / SECONDS_PER_MINUTE) % SECONDS_PER_MINUTE];
  return `${lastDate}${hour}:${minute}:${twoDigits[ofDay % SECONDS_PER_MINUTE]}`;
}

/** As many decimals as needed: none, three, six or nine. */
function decimals(nanos: number): string {
  if (nanos === 0) return '';
  if (nanos % NANOS_PER_MS === 0) return `.${threeDigits[nanos / NANOS_PER_MS]}`;
  const digits = `${nanos}`.padStart(NANO_DIGITS, '0');
  return `.${digits.endsWith('000') ? digits.slice(0, -'000'.length) : digits}`;
}

function decimal(value: number): string {
  return Number.isFinite(value) ? `${value}` : `"${value}"`;
}

/** A 64-bit integer is given as text, or as an integral number. */
function longText(value: unknown): string {
  return typeof value === 'string' || Number.isInteger(value) ? JSON.stringify(`${value}`) : unusual();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
