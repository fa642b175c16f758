import type { ParseState } from './parse-state.js';
import type { Pattern } from './pattern.js';
import { isDigit, isWord } from './pattern-cursor.js';

/** `\1` to `\9` are always references; larger numbers only where there is such a group, else octal. */
const LAST_SURE_REFERENCE = 9;

const CLOSING: Readonly<Record<string, string>> = { '<': '>', "'": "'" };

/**
 * Parses a reference to a group behind a backslash: `\1`, `\k<name>`, and the older `\<name>`. undefined: it is
 * none, and nothing has been read.
 *
 * @throws ExpressionSyntaxError there is no such group
 */
export function parseReference(state: ParseState): Pattern | undefined {
  const { cursor } = state;
  const start = cursor.at;
  const k = cursor.take('k');
  const close = CLOSING[cursor.peek()];
  if (k && (close === undefined || cursor.left < 2)) throw cursor.error('\\k needs the name of a group');
  const group = close === undefined ? parseBareNumber(state) : parseAngled(state, close);
  if (group === undefined) {
    cursor.at = start;
    return undefined;
  }
  return { kind: 'reference', group, ignoreCase: state.options.ignoreCase, back: state.back };
}

function parseBareNumber({ cursor, numbers }: ParseState): number | undefined {
  if (!isDigit(cursor.peek()) || cursor.peek() === '0') return undefined;
  const number = cursor.decimal();
  if (numbers === undefined || numbers.has(number)) return number;
  if (number <= LAST_SURE_REFERENCE) throw cursor.error(`there is no group ${number}`);
  return undefined;
}

function parseAngled({ cursor, numbers }: ParseState, close: string): number | undefined {
  if (cursor.left < 2) return undefined;
  cursor.next();
  if (isDigit(cursor.peek())) {
    const number = cursor.decimal();
    if (!cursor.take(close)) return undefined;
    if (numbers !== undefined && !numbers.has(number)) throw cursor.error(`there is no group ${number}`);
    return number;
  }
  if (!isWord(cursor.peek())) return undefined;
  const name = cursor.name();
  if (!cursor.take(close)) return undefined;
  if (numbers === undefined) return 0;
  const number = numbers.named(name);
  if (number === undefined) throw cursor.error('a reference names a group that is not there');
  return number;
}
