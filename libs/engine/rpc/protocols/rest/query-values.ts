import { type DescEnum, type DescField, type JsonValue, ScalarType } from '@bufbuild/protobuf';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { wanted } from '../../json/decode-error.js';
import { type IntegerRange, integerRanges } from '../../json/strict-values.js';

/** The texts that Go's `strconv.ParseBool` accepts. */
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

const MAX_DIGITS = 64; // leading zeros are allowed, within reason

const SIGNED = new RegExp(`^[+-]?\\d{1,${MAX_DIGITS}}$`);
const UNSIGNED = new RegExp(`^\\d{1,${MAX_DIGITS}}$`);

/**
 * The JSON of a text in a query string. Booleans, integers and enums follow Go's `strconv`, as in a gRPC gateway. Texts
 * of other types are left to the decoder.
 *
 * @throws ContractError the text is not a valid value of the field
 */
export function queryValue(field: DescField, text: string, name: string): JsonValue {
  const value = jsonValue(field, text);
  if (value === undefined) throw ContractError.invalidField(name, `must be ${wanted(field)}`);
  return value;
}

function jsonValue({ scalar, enum: descEnum }: DescField, text: string): JsonValue | undefined {
  if (descEnum !== undefined) return enumNumber(descEnum, text);
  if (scalar === ScalarType.BOOL) return TRUTHS.get(text);
  const range = scalar === undefined ? undefined : integerRanges[scalar];
  return range === undefined ? text : integer(text, range);
}

/** A sign is accepted only if the type has negative numbers. */
function integer(text: string, { min, max }: IntegerRange): string | undefined {
  if (!(min < 0n ? SIGNED : UNSIGNED).test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value >= min && value <= max ? `${value}` : undefined;
}

/** Either the name of one of the enum's values, or its number. */
function enumNumber({ values }: DescEnum, text: string): number | undefined {
  const number = SIGNED.test(text) ? Number(text) : undefined;
  return values.find((value) => value.name === text || value.number === number)?.number;
}
