import { EMPTY, MAX_NUMBER, type Pattern } from './pattern.js';
import type { PatternCursor } from './pattern-cursor.js';

/** A brace that does not start one of these forms is a literal. */
const BRACES = /\{\d+(?:,\d*)?\}/y;

/** Whether a quantifier follows. */
export function isQuantifier(cursor: PatternCursor): boolean {
  const character = cursor.peek();
  if (character === '*' || character === '+' || character === '?') return true;
  if (character !== '{') return false;
  BRACES.lastIndex = cursor.at;
  return BRACES.test(cursor.text);
}

/**
 * Parses the quantifier after a pattern. .NET has no possessive quantifiers: a second quantifier is an error.
 *
 * @throws ExpressionSyntaxError the maximum is less than the minimum
 */
export function parseQuantified(cursor: PatternCursor, part: Pattern, skipBlanks: () => void): Pattern {
  const [min, max] = parseBounds(cursor);
  skipBlanks();
  const lazy = cursor.take('?');
  if (min > max) throw cursor.error('the maximum of a quantifier is less than its minimum');
  skipBlanks();
  if (isQuantifier(cursor)) throw cursor.error('a quantifier follows another quantifier');
  if (max === 0) return EMPTY;
  return min === 1 && max === 1 ? part : { kind: 'repetition', part, min, max, lazy };
}

function parseBounds(cursor: PatternCursor): readonly [min: number, max: number] {
  switch (cursor.next()) {
    case '*':
      return [0, MAX_NUMBER];
    case '+':
      return [1, MAX_NUMBER];
    case '?':
      return [0, 1];
  }
  const min = cursor.decimal();
  const max = cursor.take(',') ? (cursor.peek() === '}' ? MAX_NUMBER : cursor.decimal()) : min;
  cursor.next();
  return [min, max];
}
