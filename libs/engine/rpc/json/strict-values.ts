import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { isOnCalendar } from '#libs/engine/kernel/time.js';
import { isJsonObject, type Json, NumberText, withPlainNumber } from './json-value.js';
import { wholeNumber } from './whole-number.js';

/** Converts a value to the form that protobuf-es accepts; an invalid value becomes {@link REFUSED}. */
export type StrictValue = (value: Json) => Json;

/** The range of an integer type. */
export interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
}

/** A text that no decoder accepts as a number, an enum, a time or a duration. */
const REFUSED = '';

const INT32: IntegerRange = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const INT64: IntegerRange = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT32: IntegerRange = { min: 0n, max: 2n ** 32n - 1n };
const UINT64: IntegerRange = { min: 0n, max: 2n ** 64n - 1n };

/** The range of each integer scalar type. */
export const integerRanges: Partial<Readonly<Record<ScalarType, IntegerRange>>> = {
  [ScalarType.INT32]: INT32,
  [ScalarType.SINT32]: INT32,
  [ScalarType.SFIXED32]: INT32,
  [ScalarType.UINT32]: UINT32,
  [ScalarType.FIXED32]: UINT32,
  [ScalarType.INT64]: INT64,
  [ScalarType.SINT64]: INT64,
  [ScalarType.SFIXED64]: INT64,
  [ScalarType.UINT64]: UINT64,
  [ScalarType.FIXED64]: UINT64,
};

const MAX_DEPTH = 100; // the limit of protobuf-es

const FLOAT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$|^NaN$|^-?Infinity$/;
const DURATION = /^-?\d+(?:\.\d{1,9})?s$/;

/** The strict form of a field's value, or of each of its items. The pruner handles ordinary messages. */
export function strictValue({ scalar, enum: descEnum, message }: DescField): StrictValue {
  if (scalar !== undefined) return strictScalar(scalar);
  if (descEnum !== undefined) return strictEnum;
  return message === undefined ? withPlainNumber : strictMessage(message);
}

function strictScalar(scalar: ScalarType): StrictValue {
  const range = integerRanges[scalar];
  if (range !== undefined) return (value) => integer(value, range);
  return scalar === ScalarType.DOUBLE || scalar === ScalarType.FLOAT ? float : withPlainNumber;
}

/** A number, or a text that holds a number: both follow the same rule. */
function integer(value: Json, { min, max }: IntegerRange): Json {
  const text = value instanceof NumberText ? value.text : value;
  if (typeof text !== 'string' && typeof text !== 'number') return withPlainNumber(value);
  const whole = wholeNumber(`${text}`);
  if (whole === undefined || whole < min || whole > max) return REFUSED;
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : `${whole}`;
}

function float(value: Json): Json {
  if (value instanceof NumberText) return finite(value.toNumber());
  if (typeof value !== 'string') return value;
  return FLOAT.test(value) ? value : REFUSED;
}

function finite(value: number): Json {
  return Number.isFinite(value) ? value : REFUSED;
}

/** The name or the number of an enum value; a text of digits is invalid. */
function strictEnum(value: Json): Json {
  if (typeof value !== 'number' && !(value instanceof NumberText)) return value;
  const whole = integer(value, INT32);
  return whole === REFUSED ? REFUSED : Number(whole);
}

function strictMessage({ typeName, fields: [first] }: DescMessage): StrictValue {
  if (typeName === 'google.protobuf.Timestamp') return strictTime;
  if (typeName === 'google.protobuf.Duration') return strictDuration;
  const isWrapper = /^google\.protobuf\.\w+Value$/.test(typeName) && first?.scalar !== undefined;
  if (isWrapper) return strictScalar(first.scalar);
  return (value) => withPlainNumbers(value, 0);
}

/** JSON of any form, with JavaScript numbers. The decoder refuses values that are nested too deeply. */
function withPlainNumbers(value: Json, depth: number): Json {
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => withPlainNumbers(item, depth + 1));
  if (!isJsonObject(value)) return withPlainNumber(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withPlainNumbers(item, depth + 1)]));
}

/** protobuf-es reads times with `Date.parse`. */
function strictTime(value: Json): Json {
  if (typeof value !== 'string') return withPlainNumber(value);
  return isOnCalendar(value) ? value : REFUSED;
}

/** protobuf-es would ignore trailing characters. */
function strictDuration(value: Json): Json {
  return typeof value !== 'string' || DURATION.test(value) ? withPlainNumber(value) : REFUSED;
}
