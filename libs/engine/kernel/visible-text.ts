/** A character that shows nothing by itself: white space, a control or format character, a filler, a blank. */
const SHOWS_NOTHING =
  /^(?:[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\u{1d159}]|(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])\p{Cf})*$/u;
const WHITE_SPACE = /[\p{White_Space}\ufeff]/u;

/** Whether nothing of the text can be seen. */
export function showsNothing(text: string): boolean {
  return SHOWS_NOTHING.test(text);
}

/** The text without the white space around it, which includes U+0085 and U+FEFF. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.test(text.charAt(start))) start += 1;
  while (end > start && WHITE_SPACE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const BASIC_PLANE_SIZE = 0x10000;

/**
 * The source of a regular expression for texts that show something and hold no NUL. It means the same in every program
 * that reads JSON Schema, with and without Unicode's properties: it lists UTF-16 code units. The few characters beyond
 * U+FFFF that show nothing are taken for visible.
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
