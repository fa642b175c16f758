/** Texts of invisible characters only: white space, control and format characters, fillers, blanks. */
const SHOWS_NOTHING =
  /^(?:[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\u{1d159}]|(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])\p{Cf})*$/u;
const WHITE_SPACE = /[\p{White_Space}\ufeff]/u;

/** Whether a text has no visible character. */
export function showsNothing(text: string): boolean {
  return SHOWS_NOTHING.test(text);
}

/** The text without leading and trailing white space, which includes U+0085 and U+FEFF. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.test(text.charAt(start))) start += 1;
  while (end > start && WHITE_SPACE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const BASIC_PLANE_SIZE = 0x10000;

/**
 * The source of a regular expression for texts with a visible character and without NUL. It lists UTF-16 code units, so
 * every program that reads JSON Schema interprets it alike, with and without support for Unicode properties. The few
 * invisible characters beyond U+FFFF count as visible.
 */
export function visibleTextPattern(): string {
  const invisible = invisibleRanges().map(([first, last]) => `${escaped(first)}-${escaped(last)}`);
  return `^[^\\u0000]*[^${invisible.join('')}][^\\u0000]*$`;
}

function invisibleRanges(): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (let code = 0; code < BASIC_PLANE_SIZE; code += 1) {
    if (!showsNothing(String.fromCharCode(code))) continue;
    const range = ranges.at(-1);
    if (range?.[1] === code - 1) range[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
