import type { ParseState } from './parse-state.js';
import type { Pattern } from './pattern.js';
import { isDigit, isWord } from './pattern-cursor.js';

/** `\1` to `\9` are always backreferences; a larger number is an octal escape if no such group exists. */
const LAST_CERTAIN_BACKREFERENCE = 9;

const CLOSING: Readonly<Record<string, string>> = { '<': '>', "'": "'" };

/**
 * Parses a backreference after the backslash: `\1`, `\k<name>`, and the older `\<name>`. Returns undefined, and reads
 * nothing, if there is none.
 *
 * @throws ExpressionSyntaxError the group does not exist
 */
export function parseBackreference(state: ParseState): Pattern | undefined {
  const { cursor } = state;
  const start = cursor.at;
  const k = cursor.take('k');
  const close = CLOSING[cursor.peek()];
  if (k && (close === undefined || cursor.left < 2)) throw cursor.error('\\k needs the name of a group');
  const captureGroup = close === undefined ? parseBareNumber(state) : parseAngled(state, close);
  if (captureGroup === undefined) {
    cursor.at = start;
    return undefined;
  }
  return { kind: 'backreference', captureGroup, ignoreCase: state.options.ignoreCase, rightToLeft: state.rightToLeft };
}

function parseBareNumber({ cursor, groups }: ParseState): number | undefined {
  if (!isDigit(cursor.peek()) || cursor.peek() === '0') return undefined;
  const number = cursor.decimal();
  if (groups === undefined || groups.has(number)) return number;
  if (number <= LAST_CERTAIN_BACKREFERENCE) throw cursor.error(`there is no group ${number}`);
  return undefined;
}

function parseAngled({ cursor, groups }: ParseState, close: string): number | undefined {
  if (cursor.left < 2) return undefined;
  cursor.next();
  if (isDigit(cursor.peek())) {
    const number = cursor.decimal();
    if (!cursor.take(close)) return undefined;
    if (groups !== undefined && !groups.has(number)) throw cursor.error(`there is no group ${number}`);
    return number;
  }
  if (!isWord(cursor.peek())) return undefined;
  const name = cursor.name();
  if (!cursor.take(close)) return undefined;
  if (groups === undefined) return 0;
  const number = groups.named(name);
  if (number === undefined) throw cursor.error('a backreference names a group that does not exist');
  return number;
}
