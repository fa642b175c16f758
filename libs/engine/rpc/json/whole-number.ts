/** A decimal in JSON's number syntax: no plus sign, no leading zeros, nothing around it. */
const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

const MAX_DIGITS = 20; // of a 64-bit integer

const ZERO = 0x30;

/**
 * The exact integer value of a decimal: `1e3` is 1000, and `1.0` is 1.
 *
 * @returns undefined if it is not a decimal, has a fraction, or is longer than any 64-bit integer
 */
export function wholeNumber(text: string): bigint | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole + fraction;
  const [begin, end] = significant(digits);
  if (begin === end) return 0n;
  const zeros = Number(exponent) + whole.length - end;
  if (zeros < 0 || end - begin + zeros > MAX_DIGITS) return undefined;
  return BigInt(`${sign}${digits.slice(begin, end)}${'0'.repeat(zeros)}`);
}

/** The start and end of the digits without leading and trailing zeros. */
function significant(digits: string): readonly [begin: number, end: number] {
  let begin = 0;
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  while (begin < end && digits.charCodeAt(begin) === ZERO) begin += 1;
  return [begin, end];
}
