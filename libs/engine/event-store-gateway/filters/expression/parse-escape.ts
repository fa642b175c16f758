import { type ClassPart, complementOf, DIGIT, NOT_SPACE, SPACE, WORD } from './character-class.js';
import { isWord, type PatternCursor } from './pattern-cursor.js';
import { blockNamed } from './unicode-blocks.js';
import { categoriesNamed } from './unicode-tables.js';

/** Maximum number of digits of an octal escape; only the low byte of its value is used. */
const MAX_OCTAL_DIGITS = 3;
const LOW_BYTE = 0xff;

const CONTROLS: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, e: 27 };

/** With `(?i)`, each of these three categories stands for all three. */
const CASED = ['Lu', 'Ll', 'Lt'];

/** Parses a class escape after the backslash: `\w`, `\D`, `\p{…}`. Returns undefined if there is none. */
export function parseClassEscape(cursor: PatternCursor, ignoreCase: boolean): ClassPart | undefined {
  const letter = cursor.peek();
  if (letter === 'p' || letter === 'P') {
    cursor.next();
    const part = propertyNamed(cursor, parsePropertyName(cursor), ignoreCase);
    return letter === 'p' ? part : complementOf(part);
  }
  const part = SHORTHANDS[letter];
  if (part !== undefined) cursor.next();
  return part;
}

const SHORTHANDS: Readonly<Record<string, ClassPart>> = {
  w: WORD,
  W: complementOf(WORD),
  d: DIGIT,
  D: complementOf(DIGIT),
  s: SPACE,
  S: NOT_SPACE,
};

/**
 * Parses the escape of one code unit after the backslash.
 *
 * @throws ExpressionSyntaxError the escape is incomplete or unknown
 */
export function parseUnitEscape(cursor: PatternCursor): number {
  if (isOctal(cursor.peek())) return parseOctal(cursor);
  const character = cursor.next();
  if (character === 'x') return parseHexadecimal(cursor, 2);
  if (character === 'u') return parseHexadecimal(cursor, 4);
  if (character === 'c') return parseControl(cursor);
  const control = CONTROLS[character];
  if (control !== undefined) return control;
  if (isWord(character)) throw cursor.error(`\\${character} is not a known escape`);
  return character.charCodeAt(0);
}

function isOctal(character: string): boolean {
  return character >= '0' && character <= '7' && character.length === 1;
}

function parseOctal(cursor: PatternCursor): number {
  let value = 0;
  for (let digits = 0; digits < MAX_OCTAL_DIGITS && isOctal(cursor.peek()); digits += 1) {
    value = value * 8 + Number(cursor.next());
  }
  return value & LOW_BYTE;
}

function parseHexadecimal(cursor: PatternCursor, digits: number): number {
  const text = cursor.text.slice(cursor.at, cursor.at + digits);
  if (text.length < digits || !/^[0-9a-f]+$/i.test(text))
    throw cursor.error('an escape has too few hexadecimal digits');
  cursor.at += digits;
  return Number.parseInt(text, 16);
}

function parseControl(cursor: PatternCursor): number {
  const letter = cursor.next();
  if (!/^[@-_a-z]$/.test(letter)) throw cursor.error('\\c must be followed by a control character');
  return letter.toUpperCase().charCodeAt(0) - '@'.charCodeAt(0);
}

function parsePropertyName(cursor: PatternCursor): string {
  cursor.expect('{', '\\p needs a name in braces');
  const start = cursor.at;
  while (isWord(cursor.peek()) || cursor.peek() === '-') cursor.next();
  const name = cursor.text.slice(start, cursor.at);
  cursor.expect('}', 'the name after \\p has no closing brace');
  return name;
}

function propertyNamed(cursor: PatternCursor, name: string, ignoreCase: boolean): ClassPart {
  const named = ignoreCase && CASED.includes(name) ? CASED : [name];
  const categories = named.reduce((mask, category) => mask | (categoriesNamed(category) ?? 0), 0);
  if (categories !== 0) return { ranges: [], categories };
  const block = blockNamed(name);
  if (block === undefined) throw cursor.error('the name after \\p is not a known category or block');
  return { ranges: [block], categories: 0 };
}
