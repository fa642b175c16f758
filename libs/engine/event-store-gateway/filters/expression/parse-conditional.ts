import { type ParseState, parseInside } from './parse-state.js';
import { EMPTY, type Pattern } from './pattern.js';
import { isDigit, isWord } from './pattern-cursor.js';

/** Parses a group behind its opening parenthesis. */
type GroupParser = (state: ParseState) => Pattern | undefined;

/** Yes and no. */
const MAX_BRANCHES = 2;

/**
 * Parses `(?(condition)yes|no)` behind its second opening parenthesis, up to the last closing one. The condition is a
 * group that has or has not captured, by number or name, or else an expression that is looked for at this place.
 *
 * @throws ExpressionSyntaxError it is not well formed
 */
export function parseConditional(state: ParseState, parseGroup: GroupParser): Pattern {
  const group = parseGroupCondition(state);
  const condition = group === undefined ? parseCondition(state, parseGroup) : EMPTY;
  const branches = state.parseBranches(state);
  if (branches.length > MAX_BRANCHES) throw state.cursor.error('a conditional has more than two branches');
  const [yes = EMPTY, no = EMPTY] = branches;
  return group === undefined ? { kind: 'ifMatches', condition, yes, no } : { kind: 'ifCaptured', group, yes, no };
}

/** Reads the number or name of a group and the closing parenthesis; undefined: it is neither, and nothing was read. */
function parseGroupCondition({ cursor, numbers }: ParseState): number | undefined {
  if (isDigit(cursor.peek())) {
    const number = cursor.decimal();
    cursor.expect(')', 'the number of a group in a condition must stand alone');
    if (numbers !== undefined && !numbers.has(number)) throw cursor.error(`there is no group ${number}`);
    return number;
  }
  if (!isWord(cursor.peek())) return undefined;
  const start = cursor.at;
  const number = numbers?.named(cursor.name());
  if (number !== undefined && cursor.take(')')) return number;
  cursor.at = start;
  return undefined;
}

function parseCondition(state: ParseState, parseGroup: GroupParser): Pattern {
  const { cursor } = state;
  if (cursor.peek() !== '?') return parseInside(state);
  if (!/^\?(?:[:=!>]|<[=!]|\()/.test(cursor.text.slice(cursor.at, cursor.at + 3))) {
    throw cursor.error('a condition cannot be a comment, a group with a name, or set options');
  }
  return parseGroup(state) ?? EMPTY;
}
