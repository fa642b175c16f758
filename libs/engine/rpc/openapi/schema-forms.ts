import { type DescEnumValue, ScalarType } from '@bufbuild/protobuf';
import { visibleTextPattern } from '#libs/engine/kernel/visible-text.js';
import { integerRanges } from '../json/strict-values.js';
import type { Schema } from './json-schema.js';

/** How values are written in one place: a request takes more ways to write a value than an answer uses. */
export interface Form {
  /** @param max the largest number that the field takes, where that is less than its type's */
  scalar(type: ScalarType, max?: number): Schema;
  values(values: readonly DescEnumValue[]): Schema;
  /** The name under which an enum is described. */
  enumName(typeName: string): string;
  /** Whether null stands for the value that holds when nothing is said. */
  readonly takesNull: boolean;
}

const BITS_32 = 2n ** 32n;

/** What the texts of requests hold: any character but NUL. */
const TEXT: Schema = { type: 'string', pattern: '^[^\\u0000]*$' };

/** The name that a request gives to something: at least one of its characters shows. */
export const givenName: Schema = { pattern: visibleTextPattern() };

const plainScalars: Readonly<Partial<Record<ScalarType, Schema>>> = {
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
};

/** As answers are written: 64-bit integers are texts, for JavaScript's numbers do not hold them. */
export function answerForm(inRequests: ReadonlySet<string>): Form {
  return {
    scalar: (type) => answerInteger(type) ?? plainScalars[type] ?? { type: 'string' },
    values: (values) => ({ type: 'string', enum: values.map(({ name }) => name) }),
    enumName: (typeName) => (inRequests.has(typeName) ? `${typeName}.Answer` : typeName),
    takesNull: false,
  };
}

/** As bodies are read. */
export const bodyForm: Form = {
  scalar: (type, max) => bodyInteger(type, max) ?? plainScalars[type] ?? TEXT,
  values: (values) => ({
    type: ['string', 'integer'],
    enum: values.flatMap(({ name, number }) => [name, number]),
  }),
  enumName: (typeName) => typeName,
  takesNull: true,
};

/** As paths and query strings are read. */
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

/** Whatever Go's `strconv.ParseBool` takes. */
const truth: Schema = {
  anyOf: [{ type: 'boolean' }, { enum: ['1', 't', 'T', 'TRUE', 'True', '0', 'f', 'F', 'FALSE', 'False'] }],
};

function answerInteger(type: ScalarType): Schema | undefined {
  const range = integerRanges[type];
  if (range === undefined) return undefined;
  if (range.max >= BITS_32) return { type: 'string', pattern: range.min < 0n ? '^-?[0-9]+$' : '^[0-9]+$' };
  return range.min < 0n ? { type: 'integer', format: 'int32' } : bounded('integer', range.min, range.max);
}

/** A number or a decimal text. A fraction of zero and an exponent are taken in texts, too, and not described. */
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

/** A number where JavaScript holds it exactly; a bigint, which is written as a number all the same, elsewhere. */
function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The expression of decimals without leading zeros up to a largest one: shorter ones, then digit by digit. */
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
