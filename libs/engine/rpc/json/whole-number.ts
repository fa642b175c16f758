/** A decimal as JSON writes numbers: no sign plus, no leading zeros, nothing around it. */
const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

const MAX_DIGITS = 20; // of an integer of 64 bits

const ZERO = 0x30;

/**
 * The integer that a decimal stands for, exactly: `1e3` is 1000, and `1.0` is 1.
 *
 * @returns undefined when it is no decimal, has a fraction, or is longer than any integer of 64 bits
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

/** Where the digits begin and end that are left without the zeros around them. */
function significant(digits: string): readonly [begin: number, end: number] {
  let begin = 0;
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  while (begin < end && digits.charCodeAt(begin) === ZERO) begin += 1;
  return [begin, end];
}
