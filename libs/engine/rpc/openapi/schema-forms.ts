import { type DescEnumValue, ScalarType } from '@bufbuild/protobuf';
import { visibleTextPattern } from '#libs/engine/kernel/visible-text.js';
import { integerRanges } from '../json/strict-values.js';
import type { Schema } from './json-schema.js';

/** The schemas of values in one location: requests accept more forms of a value than answers use. */
export interface Form {
  /** @param max the field's largest number, if it is less than its type's */
  scalar(type: ScalarType, max?: number): Schema;
  values(values: readonly DescEnumValue[]): Schema;
  /** The name of an enum's schema. */
  enumName(typeName: string): string;
  /** Whether null means the default value. */
  readonly takesNull: boolean;
}

const BITS_32 = 2n ** 32n;

/** The texts of requests: any characters except NUL. */
const TEXT: Schema = { type: 'string', pattern: '^[^\\u0000]*$' };

/** A name in a request: at least one character is visible. */
export const givenName: Schema = { pattern: visibleTextPattern() };

const plainScalars: Readonly<Partial<Record<ScalarType, Schema>>> = {
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
};

/** Values in answers: 64-bit integers are texts, because JavaScript numbers cannot represent them. */
export function answerForm(inRequests: ReadonlySet<string>): Form {
  return {
    scalar: (type) => answerInteger(type) ?? plainScalars[type] ?? { type: 'string' },
    values: (values) => ({ type: 'string', enum: values.map(({ name }) => name) }),
    enumName: (typeName) => (inRequests.has(typeName) ? `${typeName}.Answer` : typeName),
    takesNull: false,
  };
}

/** Values in request bodies. */
export const bodyForm: Form = {
  scalar: (type, max) => bodyInteger(type, max) ?? plainScalars[type] ?? TEXT,
  values: (values) => ({
    type: ['string', 'integer'],
    enum: values.flatMap(({ name, number }) => [name, number]),
  }),
  enumName: (typeName) => typeName,
  takesNull: true,
};

/** Values in paths and query strings. */
export const queryForm: Form = {
  ...bodyForm,
  scalar: (type, max) => {
    if (type === ScalarType.BOOL) return truth;
    const range = integerRanges[type];
    if (range === undefined) return bodyForm.scalar(type, max);
    const largest = max === undefined ? range.max : BigInt(max);
    return range.max < BITS_32 ? bounded('integer', range.min, largest) : decimal(range.min, largest);
  },
  takesNull: false,
};

/** The texts that Go's `strconv.ParseBool` accepts. */
const truth: Schema = {
  anyOf: [{ type: 'boolean' }, { enum: ['1', 't', 'T', 'TRUE', 'True', '0', 'f', 'F', 'FALSE', 'False'] }],
};

function answerInteger(type: ScalarType): Schema | undefined {
  const range = integerRanges[type];
  if (range === undefined) return undefined;
  if (range.max >= BITS_32) return { type: 'string', pattern: range.min < 0n ? '^-?[0-9]+$' : '^[0-9]+$' };
  return range.min < 0n ? { type: 'integer', format: 'int32' } : bounded('integer', range.min, range.max);
}

/** A number or a decimal text. A text with a fraction of zero or an exponent is accepted as well, but not described. */
function bodyInteger(type: ScalarType, max: number | undefined): Schema | undefined {
  const range = integerRanges[type];
  if (range === undefined) return undefined;
  const largest = max === undefined ? range.max : BigInt(max);
  return { ...bounded(['integer', 'string'], range.min, largest), ...pattern(range.min, largest) };
}

function bounded(type: string | readonly string[], minimum: bigint, maximum: bigint): Schema {
  return { type, minimum: exact(minimum), maximum: exact(maximum) };
}

function decimal(min: bigint, max: bigint): Schema {
  return { type: 'string', ...pattern(min, max) };
}

function pattern(min: bigint, max: bigint): Schema {
  const negative = min < 0n ? `|-(${atMost(-min)})` : '';
  return { pattern: `^(${atMost(max)}${negative})$` };
}

/** A number if JavaScript represents it exactly; otherwise a bigint, which is also serialized as a number. */
function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A regular expression for decimals without leading zeros up to a maximum: shorter ones, then digit by digit. */
export function atMost(max: bigint): string {
  const digits = `${max}`;
  const shorter = digits.length > 1 ? ['0', `[1-9][0-9]{0,${digits.length - 2}}`] : [];
  const sameLength = Array.from(digits, (digit, at) => {
    const lowest = at === 0 && digits.length > 1 ? 1 : 0;
    const below = Number(digit) - 1;
    if (below < lowest) return [];
    const rest = digits.length - at - 1;
    return [`${digits.slice(0, at)}[${lowest}-${below}]${rest > 0 ? `[0-9]{${rest}}` : ''}`];
  });
  return [...shorter, ...sameLength.flat(), digits].join('|');
}
